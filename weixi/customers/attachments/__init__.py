"""Files on a customer and on what belongs to it (point "attachments" of the record page)."""
