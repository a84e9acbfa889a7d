"""Import of customers, contacts, orders and interactions from files."""
