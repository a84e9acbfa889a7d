"""What the `api.py` of every slice is built of: strict values, pages, the one shape of a refusal."""
