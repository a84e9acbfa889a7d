from __future__ import annotations

from weixi.privacy.services.consents import give_consent, withdraw_consent
from weixi.privacy.services.copies import collect_copy
from weixi.privacy.services.erasure import erase_person, readmit_person
from weixi.privacy.services.requests import answer_request, open_request

__all__ = [
    "answer_request",
    "collect_copy",
    "erase_person",
    "give_consent",
    "open_request",
    "readmit_person",
    "withdraw_consent",
]
