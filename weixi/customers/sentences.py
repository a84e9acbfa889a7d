"""How the archive's events are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.enums import Lifecycle
from weixi.customers.fields.built_in import CONTACT_PREFIX
from weixi.customers.labels import label_of, words_seen
from weixi.customers.people_map.words import FIELDS, place_words
from weixi.kernel.sentences import ARCHIVE, POLICY, Sentence, Told, register

# A sentence names so many fields; the history has them all.
NAMED = 3


def _changes(told: Told) -> dict[str, Any]:
    return {**(told.get("changes") or {}), **(told.get("personal_changes") or {})}


def _change_words(told: Told, changes: Mapping[str, Any], kind: str = "customer") -> str:
    named = [label_of(name, kind=kind) for name in changes]
    if len(changes) == 1:
        ((name, pair),) = changes.items()
        old, new = (words_seen(told.names.shown, name, value, kind=kind) for value in pair)
        words = {"field": named[0], "old": old, "new": new}
        return _("%(field)s: %(old)s → %(new)s") % words
    if len(named) > NAMED:
        return _("%(fields)s and %(n)d more") % {"fields": _(", ").join(named[:NAMED]), "n": len(named) - NAMED}
    return _(", ").join(named)


def created(told: Told) -> Sentence:
    return Sentence(_("%(who)s opened the archive.") % {"who": told.who})


def changed(told: Told) -> Sentence | None:
    changes = _changes(told)
    if not changes:
        return None
    if set(changes) == {"tags"}:
        old, new = ({*(side or [])} for side in changes["tags"])
        added, gone = _(", ").join(sorted(new - old)), _(", ").join(sorted(old - new))
        if added and not gone:
            return Sentence(_("%(who)s added the tag %(tags)s.") % {"who": told.who, "tags": added}, "tag")
        if gone and not added:
            return Sentence(_("%(who)s took off the tag %(tags)s.") % {"who": told.who, "tags": gone}, "tag")
    return Sentence(_("%(who)s changed the archive.") % {"who": told.who}, said=_change_words(told, changes))


# A stage that changed by itself names the event that did it.
OF_ITSELF = {"order.placed": gettext_lazy("First purchase")}


def lifecycle_changed(told: Told) -> Sentence:
    stages = dict(Lifecycle.choices)
    words = {
        "who": told.who,
        "old": stages.get(told.get("old"), told.get("old") or "—"),
        "new": stages.get(told.get("lifecycle"), told.get("lifecycle")),
    }
    text = _("%(who)s moved the lifecycle stage from %(old)s to %(new)s.") % words
    reason = str(told.get("reason") or "")
    return Sentence(text, said=str(OF_ITSELF.get(reason, reason)))


def owner_changed(told: Told) -> Sentence:
    new, old = told.get("owner"), told.get("old")
    words = {
        "who": told.who,
        "new": told.names.person(new) if new else "—",
        "old": told.names.person(old) if old else "",
    }
    if told.get("takes_back") and new:
        text = _("%(who)s took the hand-over to %(old)s back; %(new)s looks after the customer as before.") % words
    elif told.get("co_owner"):
        text = _("%(who)s made %(new)s the second owner.") % {**words, "new": told.names.person(told.get("co_owner"))}
    elif not new:
        text = _("%(who)s took the customer from %(old)s; nobody looks after it now.") % words
    elif old:
        text = _("%(who)s handed the customer over from %(old)s to %(new)s.") % words
    else:
        text = _("%(who)s gave the customer to %(new)s.") % words
    return Sentence(text, said=str(told.get("reason") or ""))


def co_owner_changed(told: Told) -> Sentence:
    new, old = told.get("co_owner"), told.get("old")
    words = {"who": told.who, "name": told.names.person(new or old)}
    if new:
        text = _("%(who)s made %(new)s the second owner.") % {"who": told.who, "new": words["name"]}
    else:
        text = _("%(who)s ended the second ownership of %(name)s.") % words
    return Sentence(text, said=str(told.get("reason") or ""))


def archived(told: Told) -> Sentence:
    return Sentence(_("%(who)s put the customer away.") % {"who": told.who}, said=str(told.get("reason") or ""))


def contact_created(told: Told) -> Sentence:
    name = told.names.shown("contact_name", told.get("name")) or told.names.contact(told.subject)
    return Sentence(_("%(who)s added the contact %(name)s.") % {"who": told.who, "name": name})


def contact_changed(told: Told) -> Sentence:
    changes = told.get("personal_changes") or {}
    name = told.names.contact(told.subject) or told.names.shown("contact_name", told.get("name")) or "—"
    text = _("%(who)s changed the contact %(name)s.") % {"who": told.who, "name": name}
    return Sentence(text, said=_change_words(told, changes, "contact") if changes else "")


def contact_placed(told: Told) -> Sentence:
    name = told.names.contact(told.subject) or told.names.shown("contact_name", told.get("name")) or "—"
    words = [
        _("%(field)s: %(old)s → %(new)s")
        % {
            "field": FIELDS[key],
            **{
                side: place_words(key, value, called=told.names.contact, shown=told.names.shown)
                for side, value in zip(("old", "new"), pair, strict=True)
            },
        }
        for key, pair in _changes(told).items()
        if key in FIELDS
    ]
    text = _("%(who)s entered where %(name)s stands.") % {"who": told.who, "name": name}
    return Sentence(text, said=_("; ").join(words))


def contact_removed(told: Told) -> Sentence:
    name = told.names.contact(told.subject) or "—"
    text = _("%(who)s removed the contact %(name)s.") % {"who": told.who, "name": name}
    return Sentence(text, said=str(told.get("reason") or ""))


def completed(told: Told) -> Sentence:
    return Sentence(_("The archive is complete."))


def known(told: Told) -> Sentence:
    return Sentence(
        _("%(who)s learned of a change, to be entered.") % {"who": told.who}, said=str(told.get("what") or "")
    )


def merged(told: Told) -> Sentence:
    return Sentence(_("%(who)s merged this customer into another.") % {"who": told.who})


def unmerged(told: Told) -> Sentence:
    return Sentence(_("%(who)s took the merge back: this is a customer of its own again.") % {"who": told.who})


def absorbed(told: Told) -> Sentence:
    return Sentence(
        _("%(who)s made %(name)s (%(number)s) a part of this customer.")
        % {"who": told.who, "name": told.get("name") or "", "number": told.get("number") or ""}
    )


def parted(told: Told) -> Sentence:
    return Sentence(
        _("%(who)s took the merge with %(name)s (%(number)s) back.")
        % {"who": told.who, "name": told.get("name") or "", "number": told.get("number") or ""}
    )


def linked(told: Told) -> Sentence:
    return Sentence(_("%(who)s linked this customer to its group.") % {"who": told.who})


def unlinked(told: Told) -> Sentence:
    return Sentence(_("%(who)s took this customer out of its group.") % {"who": told.who})


def chosen_for_visits(told: Told) -> Sentence:
    return Sentence(
        _("%(who)s chose this customer for visits.") % {"who": told.who}, said=str(told.get("reason") or "")
    )


def on_patrol_only(told: Told) -> Sentence:
    text = _("%(who)s ended the visits this customer was chosen for.") % {"who": told.who}
    return Sentence(text, said=str(told.get("reason") or ""))


def _label(key: str, subject: str) -> str:
    """A field of the archive as it is called where its subject is named beside it."""
    if subject.startswith("contact:"):
        return label_of(key.removeprefix(CONTACT_PREFIX), kind="contact")
    return label_of(key)


def revealed(told: Told) -> Sentence:
    keys: Any = told.get("fields")
    labels = [_label(key, told.subject) for key in keys] if isinstance(keys, list) else []
    words = {"who": told.who, "fields": _(", ").join(labels), "name": told.names.contact(told.subject)}
    text = _("%(who)s saw %(fields)s of %(name)s in full.") if words["name"] else _("%(who)s saw %(fields)s in full.")
    return Sentence(text % words, said=str(told.get("reason") or ""))


def register_all() -> None:
    register("personal.revealed", revealed, icon="eye", kind=ARCHIVE)
    register("visiting.chosen", chosen_for_visits, icon="pin", kind=ARCHIVE)
    register("visiting.ended", on_patrol_only, icon="pin", kind=ARCHIVE)
    register("customer.created", created, icon="building", kind=ARCHIVE)
    register("customer.changed", changed, icon="edit", kind=ARCHIVE)
    register("customer.lifecycle_changed", lifecycle_changed, icon="refresh", kind=POLICY)
    register("customer.owner_changed", owner_changed, icon="hand-over", kind=ARCHIVE)
    register("customer.co_owner_changed", co_owner_changed, icon="hand-over", kind=ARCHIVE)
    register("customer.archived", archived, icon="doc", kind=ARCHIVE)
    register("customer.merged", merged, icon="merge", kind=ARCHIVE)
    register("customer.unmerged", unmerged, icon="merge", kind=ARCHIVE)
    register("customer.absorbed", absorbed, icon="merge", kind=ARCHIVE)
    register("customer.parted", parted, icon="merge", kind=ARCHIVE)
    register("customer.linked", linked, icon="building", kind=ARCHIVE)
    register("customer.unlinked", unlinked, icon="building", kind=ARCHIVE)
    register("contact.created", contact_created, icon="person", kind=ARCHIVE)
    register("contact.changed", contact_changed, icon="person", kind=ARCHIVE)
    register("contact.placed", contact_placed, icon="people", kind=ARCHIVE)
    register("contact.removed", contact_removed, icon="user-off", kind=ARCHIVE)
    register("archive.completed", completed, icon="check", kind=ARCHIVE)
    register("change.known", known, icon="flag", kind=ARCHIVE)
