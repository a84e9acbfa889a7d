"""What `personrequest:7` stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from weixi.privacy.models import PersonRequest


def request_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """A request is the customer's owner's, as the rule says."""
    return {}


def request_about(ids: Iterable[str]) -> Mapping[str, str]:
    """`陈立群, A copy of the data`."""
    words = {}
    for row in PersonRequest.objects.filter(pk__in=list(ids)).select_related("customer", "contact"):
        name = row.contact.name if row.contact else row.customer.called
        words[str(row.pk)] = _(", ").join((name, str(row.get_kind_display())))
    return words
