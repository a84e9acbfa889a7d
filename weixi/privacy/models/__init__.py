from __future__ import annotations

from weixi.privacy.models.consent import Consent
from weixi.privacy.models.erasure import Erasure, Tombstone
from weixi.privacy.models.headcount import Headcount
from weixi.privacy.models.request import PersonRequest

__all__ = ["Consent", "Erasure", "Headcount", "PersonRequest", "Tombstone"]
