"""The reasons of a pair in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.matching.likeness import Reason


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return {
        Reason.SAME_NAME: _("same name"),
        Reason.SAME_NAME_OTHERWISE: _("same name, written otherwise"),
        Reason.SOUNDS_THE_SAME: _("name sounds the same"),
        Reason.NAME_ALMOST: _("name almost the same"),
        Reason.NAME_WITHIN: _("one name is part of the other"),
        Reason.NAME_PARTLY: _("names agree in part"),
        Reason.SHORT_NAME: _("called by the short name"),
        Reason.OTHER_NAME: _("other name"),
        Reason.OTHER_PLACE: _("other place in the name"),
        Reason.SAME_CODE: _("same unified social credit code"),
        Reason.SAME_PHONE: _("same phone"),
        Reason.OTHER_PHONE: _("other phone"),
        Reason.SAME_EMAIL: _("same e-mail"),
        Reason.OTHER_EMAIL: _("other e-mail"),
        Reason.SAME_ADDRESS: _("same address"),
        Reason.ADDRESS_ALMOST: _("address almost the same"),
        Reason.OTHER_ADDRESS: _("other address"),
        Reason.SAME_DISTRICT: _("same district"),
        Reason.SAME_BIRTHDAY: _("same birthday"),
        Reason.BIRTHDAY_ALMOST: _("birthday almost the same"),
        Reason.OTHER_BIRTHDAY: _("other birthday"),
        Reason.BRANCH: _("one is a branch of the other"),
        Reason.TWO_BRANCHES: _("two branches of one company"),
    }


def reason_words(codes: Iterable[str]) -> list[str]:
    """Each reason in the reader's language; one that this version does not know is left out."""
    words = _words()
    return [str(words[code]) for code in codes if code in words]
