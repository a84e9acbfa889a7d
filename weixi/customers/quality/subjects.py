"""What `enrichment:7-missing-owner` stands for: what one archive lacks, asked of one role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from weixi.customers.labels import label_of
from weixi.customers.models import ArchiveState
from weixi.customers.quality.judging import MISSING, OWNER
from weixi.kernel.together import ByKeys
from weixi.organisation.models import User

NAMED = 3


def _parted(subject: str) -> tuple[int, str]:
    pk, _dash, group = subject.partition("-")
    return (int(pk) if pk.isdecimal() else 0), group


def enrichment_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """The person of the role that keeps these fields; none where it is the owner of the customer."""
    roles = {subject: role for subject in ids if (role := _parted(subject)[1].partition("-")[2]) != OWNER}
    if not roles:
        return {}
    people: dict[str, int] = {}
    rows = User.objects.filter(role__in=set(roles.values()), is_active=True).order_by("-pk")
    for pk, role in rows.values_list("pk", "role"):
        # The first of a role, so that two runs find the same.
        people[role] = pk
    return {subject: people[role] for subject, role in roles.items() if role in people}


# `missing: need preference`, `stale: phone, address and 3 more`.
enrichment_about = ByKeys(
    lambda ids: ArchiveState.objects.filter(pk__in={_parted(each)[0] for each in ids}).values_list("pk", "asked"),
    lambda rows: {f"{pk}-{group}": lacking_words(group, keys) for pk, asked in rows for group, keys in asked.items()},
)


def lacking_words(group: str, keys: Sequence[str]) -> str:
    """What a group of fields lacks, the first few by name."""
    named = fields_named(keys)
    missing = group.partition("-")[0] == MISSING
    return _("missing: %(fields)s") % {"fields": named} if missing else _("stale: %(fields)s") % {"fields": named}


def fields_named(keys: Sequence[str]) -> str:
    """The first few fields by name, and how many more."""
    labels = [_label(key) for key in keys]
    text = _(", ").join(labels[:NAMED])
    if len(labels) > NAMED:
        return _("%(fields)s and %(n)d more") % {"fields": text, "n": len(labels) - NAMED}
    return text


def _label(key: str) -> str:
    if key.startswith("contact_"):
        return label_of(key.removeprefix("contact_"), kind="contact")
    return label_of(key)
