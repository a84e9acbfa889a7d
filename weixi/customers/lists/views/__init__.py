"""Pages of the list beside the list itself."""
