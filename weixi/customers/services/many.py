"""One change to many customers that are chosen on the list."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from weixi.customers.services.bulk import CustomerChange, update_customers
from weixi.customers.services.tags import LONGEST
from weixi.customers.services.values import clean_values
from weixi.kernel.errors import Invalid
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def tag_many(customer_ids: Iterable[int], names: Iterable[str], *, viewer: Viewer) -> int:
    """Put tags on these customers, all or none; returns on how many a tag is new.

    Raises Invalid for a tag without a name or too long a one, NotFound when a customer is out of scope.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    wanted = tuple(name for name in (clean_values({"tag": each})["tag"] for each in names) if name)
    if not wanted:
        raise Invalid(_("Type the tag."), fields={"tags": _("Type the tag.")})
    if any(len(name) > LONGEST for name in wanted):
        raise Invalid(
            _("A tag has at most %(count)d characters.") % {"count": LONGEST}, fields={"tags": _("Shorten the tag.")}
        )
    changes = [CustomerChange(pk, tags=wanted) for pk in sorted(set(customer_ids))]
    return len(update_customers(changes, viewer=viewer))
