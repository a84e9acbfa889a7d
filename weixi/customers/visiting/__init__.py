"""Customers chosen for visits (C-7, 特定访问): who chose them, why, and since when."""
