"""What `contact:7` stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from weixi.customers.models import Contact
from weixi.kernel.calendar.lunar_words import day_in_words


def contact_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """A person at a customer is nobody's but the customer's owner's."""
    return {}


def contact_about(ids: Iterable[str]) -> Mapping[str, str]:
    """`陈立群, lunar 十月十七`: who, and the birthday in the calendar he keeps."""
    words = {}
    for contact in Contact.objects.filter(pk__in=list(ids)):
        parts = [contact.name]
        if contact.birthday and contact.birthday_lunar:
            month, day = int(contact.birthday[5:7]), int(contact.birthday[8:10])
            parts.append(_("Lunar %(lunar)s") % {"lunar": day_in_words(month, day)})
        words[str(contact.pk)] = _(", ").join(parts)
    return words
