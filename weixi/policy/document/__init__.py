"""The policy as one typed document: what the company demands, free of database, screens and clock."""
