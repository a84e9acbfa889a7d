"""How what people do to duties is told on the customer's page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.kernel.sentences import POLICY, Sentence, Told, register


def waived(told: Told) -> Sentence:
    """A duty's key begins with its clause."""
    words = {"who": told.who, "clause": str(told.get("key") or "").partition("|")[0]}
    return Sentence(_("%(who)s waived a duty of %(clause)s.") % words, said=str(told.get("reason") or ""))


def register_all() -> None:
    register("duty.waived", waived, icon="x", kind=POLICY)
