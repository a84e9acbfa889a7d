"""Making one customer of two, and taking that back."""
