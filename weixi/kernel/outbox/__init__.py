"""Telling people: `tell` in the transaction of what is told, mail by the worker afterwards."""

from weixi.kernel.outbox.services import Message, tell, tell_many

__all__ = ["Message", "tell", "tell_many"]
