"""Columns about the people at a customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.access import viewer_access
from weixi.customers.fields.groups import group_title
from weixi.customers.models import Contact
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import ListColumn


def _key_people(viewer: Any, ids: Sequence[int]) -> Mapping[int, str]:
    """Names of the key people. Uses index: contact_name."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Contact.objects.filter(one_of("customer_id", ids), key_person=True, removed_at=None)
    for pk, name in rows.values_list("customer_id", "name"):
        found[pk].append(name)
    access = viewer_access(viewer)
    return {
        pk: _(", ").join(str(access.present("contact_name", name)) for name in names) for pk, names in found.items()
    }


COLUMNS = (
    ListColumn("key_contact", gettext_lazy("Key contact"), group_title("people"), _key_people, field="contact_name"),
)
