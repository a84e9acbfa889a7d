"""How the facts of quality are told in a customer's story."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.customers.quality.subjects import fields_named
from weixi.kernel.sentences import ARCHIVE, Sentence, Told, register


def _fields(told: Told) -> str:
    return fields_named(list(told.get("fields") or ()))


def gap_found(told: Told) -> Sentence:
    return Sentence(_("Key fields are missing; they are asked for."), said=_fields(told))


def stale(told: Told) -> Sentence:
    return Sentence(_("Parts of the archive are older than they may be; they are to be checked."), said=_fields(told))


def enriched(told: Told) -> Sentence:
    return Sentence(_("What was asked for is in the archive."), said=_fields(told))


def confirmed(told: Told) -> Sentence:
    return Sentence(_("%(who)s checked the archive: it is still right.") % {"who": told.who}, said=_fields(told))


def dropped(told: Told) -> Sentence:
    return Sentence(_("The data standard no longer asks for this."), said=_fields(told))


def register_all() -> None:
    register("archive.gap_found", gap_found, icon="flag", kind=ARCHIVE)
    register("archive.stale", stale, icon="clock", kind=ARCHIVE)
    register("archive.enriched", enriched, icon="check", kind=ARCHIVE)
    register("archive.confirmed", confirmed, icon="check", kind=ARCHIVE)
    register("archive.demand_dropped", dropped, icon="minus", kind=ARCHIVE)
