"""Cells as values: each parser gives the value, None for an empty cell, or a `Bad` with its reason."""
