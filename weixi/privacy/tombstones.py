"""What stays of an erased person: keyed digests that recognise him and tell nobody who he was (D-1)."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.customers.naming import name_key
from weixi.customers.services.intake import Newcomer
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.one_of import one_of
from weixi.privacy.models import Tombstone

# Digits that tell a number apart, without the country in front.
PHONE_DIGITS = 11
SHORTEST_PHONE = 7


class Mark(NamedTuple):
    """One thing a person is found by; `kind` says which."""

    kind: str
    value: str


def marks_of(newcomer: Newcomer) -> list[Mark]:
    """What this person would be found by: numbers and addresses, and the name at that customer."""
    marks = [Mark("phone", digits) for number in newcomer.phones if (digits := _digits(number))]
    if newcomer.email:
        marks.append(Mark("email", newcomer.email.strip().casefold()))
    if newcomer.wechat:
        marks.append(Mark("wechat", newcomer.wechat.strip().casefold()))
    if newcomer.name and newcomer.customer_number:
        marks.append(Mark("name", f"{name_key(newcomer.name)}@{newcomer.customer_number}"))
    return marks


def typed_marks(text: str) -> list[Mark]:
    """What a typed number, address or WeChat name could stand for."""
    text = text.strip()
    marks = [Mark("email", text.casefold()), Mark("wechat", text.casefold())]
    return [*marks, Mark("phone", digits)] if (digits := _digits(text)) else marks


def digest(mark: Mark) -> str:
    """HMAC-SHA256 under the installation's secret."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{mark.kind}:{mark.value}".encode(), hashlib.sha256).hexdigest()


def refused(newcomers: Sequence[Newcomer]) -> Mapping[int, str]:
    """Who of these was erased and may not be entered again. Two queries, one while nobody was erased.

    Uses index: the tombstones' digest.
    """
    if not newcomers or not Tombstone.objects.exists():
        return {}
    places: dict[str, set[int]] = defaultdict(set)
    for place, each in enumerate(newcomers):
        for mark in marks_of(each):
            places[digest(mark)].add(place)
    rows = Tombstone.objects.filter(one_of("digest", places)).values_list("digest", "erasure__at")
    found: dict[int, str] = {}
    for known, at in rows:
        for place in places[known]:
            found[place] = _(
                "This person's data were erased on %(day)s and may not be entered again. If the person agrees now, "
                "ask who looks after personal data to admit the person again, with the evidence."
            ) % {"day": day_text(timezone.localtime(at).date())}
    return found


def matching(marks: Iterable[Mark]) -> list[Tombstone]:
    return list(Tombstone.objects.filter(digest__in=[digest(mark) for mark in marks]))


def _digits(number: str) -> str:
    digits = "".join(char for char in unicodedata.normalize("NFKC", number.partition("转")[0]) if char.isdigit())
    return digits[-PHONE_DIGITS:] if len(digits) >= SHORTEST_PHONE else ""
