"""The component kit in four parts; `templatetags/weixi.py` puts them together."""
