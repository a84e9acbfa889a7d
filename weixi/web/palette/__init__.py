"""One box for everything one may see: what the slices find, pages and acts, what was opened lately, what is pinned."""
