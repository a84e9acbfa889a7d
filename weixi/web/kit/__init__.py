"""Blocks of the component kit; `templatetags/weixi.py` puts it together."""
