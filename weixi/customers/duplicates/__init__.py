"""Customers that are there twice: found over the whole base, shown, put aside."""
