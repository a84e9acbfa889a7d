"""One act on many customers: what came of it row by row, and taking it back."""
