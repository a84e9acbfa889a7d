"""The filter language of the customer list: a typed tree, its text and JSON, its meaning as a condition."""
