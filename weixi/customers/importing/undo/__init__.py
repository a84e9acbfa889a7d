"""Taking an import back: what it made and what it changed, from the facts it has stated in the log."""
