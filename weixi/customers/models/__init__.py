from __future__ import annotations

from weixi.customers.importing.models import ImportMemory, ImportPart, ImportRun
from weixi.customers.models.contact import Contact
from weixi.customers.models.custom import CustomField, CustomValue
from weixi.customers.models.customer import Customer, NumberSequence
from weixi.customers.models.registration import Registration
from weixi.customers.models.tag import CustomerTag, Tag

__all__ = [
    "Contact",
    "CustomField",
    "CustomValue",
    "Customer",
    "CustomerTag",
    "ImportMemory",
    "ImportPart",
    "ImportRun",
    "NumberSequence",
    "Registration",
    "Tag",
]
