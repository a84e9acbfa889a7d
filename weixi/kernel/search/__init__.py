"""Finding by Chinese words, sound, initials, numbers and phone tails: `index_many`, `find`, `matching`."""

from weixi.kernel.search.index import Found, find, index_many, matching, newest, of_customer, remove, remove_customer
from weixi.kernel.search.text import Doc

__all__ = ["Doc", "Found", "find", "index_many", "matching", "newest", "of_customer", "remove", "remove_customer"]
