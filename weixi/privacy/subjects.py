"""What `personrequest:7` stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weixi.kernel.telling import Private, Words
from weixi.kernel.together import ByKeys, Row
from weixi.privacy.models import PersonRequest


def request_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """A request is the customer's owner's, as the rule says."""
    return {}


def _words(requests: Iterable[Row]) -> Mapping[str, Words]:
    kinds = dict(PersonRequest._meta.get_field("kind").flatchoices)
    return {
        str(pk): (Private("contact_name", contact) if contact else short_name or name, str(kinds.get(kind, kind)))
        for pk, kind, contact, short_name, name in requests
    }


# `陈立群, A copy of the data`.
request_about = ByKeys(
    lambda ids: (
        PersonRequest.objects.filter(pk__in=list(ids))
        .order_by()
        .values_list("pk", "kind", "contact__name", "customer__short_name", "customer__name")
    ),
    _words,
)
