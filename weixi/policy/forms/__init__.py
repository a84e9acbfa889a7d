"""Forms over the typed document: what may be typed where follows from the document's own models."""
