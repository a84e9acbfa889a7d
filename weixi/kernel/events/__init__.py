"""The append-only log of facts: every write of a service records here, in its own transaction."""
