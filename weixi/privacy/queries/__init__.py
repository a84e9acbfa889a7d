from __future__ import annotations

from weixi.privacy.queries.consents import permitted, refusals_of, valid_consents
from weixi.privacy.queries.persons import get_person_for, person_of_contact, person_of_customer, persons_of

__all__ = [
    "get_person_for",
    "permitted",
    "person_of_contact",
    "person_of_customer",
    "persons_of",
    "refusals_of",
    "valid_consents",
]
