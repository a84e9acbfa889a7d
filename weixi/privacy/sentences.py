"""How the events of this slice are told on the customer's page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.enums import Channel
from weixi.kernel.sentences import ARCHIVE, Sentence, Told, register
from weixi.privacy.enums import RequestKind


def _words(told: Told) -> dict[str, Any]:
    return {
        "who": told.who,
        "name": told.names.contact(told.subject) or _("The customer"),
        "purpose": told.get("purpose"),
        "channel": dict(Channel.choices).get(told.get("channel"), told.get("channel")),
    }


def given(told: Told) -> Sentence:
    return Sentence(_("%(name)s allows %(purpose)s by %(channel)s; entered by %(who)s.") % _words(told))


def withdrawn(told: Told) -> Sentence:
    return Sentence(_("%(name)s no longer allows %(purpose)s by %(channel)s; entered by %(who)s.") % _words(told))


def _kind(told: Told) -> dict[str, Any]:
    return {"who": told.who, "what": dict(RequestKind.choices).get(told.get("kind"), told.get("kind"))}


def requested(told: Told) -> Sentence:
    return Sentence(_("A person asks about the own data: %(what)s; entered by %(who)s.") % _kind(told))


def answered(told: Told) -> Sentence:
    text = (
        _("%(who)s answered the request: %(what)s, done.")
        if told.get("granted")
        else _("%(who)s answered the request: %(what)s, refused.")
    )
    return Sentence(text % _kind(told))


def copied(told: Told) -> Sentence:
    return Sentence(_("%(who)s made a copy of a person's data.") % {"who": told.who})


def erased(told: Told) -> Sentence:
    return Sentence(_("%(who)s erased a person's data.") % {"who": told.who})


def readmitted(told: Told) -> Sentence:
    return Sentence(_("%(who)s admitted an erased person again.") % {"who": told.who})


def register_all() -> None:
    register("consent.given", given, icon="check", kind=ARCHIVE)
    register("consent.withdrawn", withdrawn, icon="user-off", kind=ARCHIVE)
    register("person.requested", requested, icon="flag", kind=ARCHIVE)
    register("person.answered", answered, icon="check", kind=ARCHIVE)
    register("person.copied", copied, icon="doc", kind=ARCHIVE)
    register("person.erased", erased, icon="user-off", kind=ARCHIVE)
    register("person.readmitted", readmitted, icon="person", kind=ARCHIVE)
