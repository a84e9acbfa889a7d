"""The data standard on screen (A-5): what is demanded of every field, and the company's own fields."""
