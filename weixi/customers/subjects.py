"""What `contact:7` and `tag:7` stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from weixi.customers.models import Contact, Tag
from weixi.kernel.calendar.lunar_words import day_in_words
from weixi.kernel.telling import Private, Words
from weixi.kernel.together import ByKeys, Row


def contact_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """A person at a customer is nobody's but the customer's owner's."""
    return {}


def nobody(ids: Iterable[str]) -> Mapping[str, int]:
    """A word that customers are marked with has no owner."""
    return {}


def _words(people: Iterable[Row]) -> Mapping[str, Words]:
    words: dict[str, Words] = {}
    for pk, name, birthday, lunar in people:
        parts: list[str | Private] = [Private("contact_name", name)]
        if birthday and lunar:
            month, day = int(birthday[-5:-3]), int(birthday[-2:])
            parts.append(_("Lunar %(lunar)s") % {"lunar": day_in_words(month, day)})
        words[str(pk)] = tuple(parts)
    return words


# `陈立群, lunar 十月十七`: who, and the birthday in the calendar he keeps.
contact_about = ByKeys(
    lambda ids: (
        Contact.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "name", "birthday", "birthday_lunar")
    ),
    _words,
)

tag_about = ByKeys(
    lambda ids: Tag.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "name"),
    lambda tags: {str(pk): name for pk, name in tags},
)
