"""The customer list as people work in it: views that are kept, columns that are chosen, acts on many, export."""
