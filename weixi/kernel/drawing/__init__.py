"""Small marks as HTML, for templates (as tags) and for Python that draws whole rows."""
