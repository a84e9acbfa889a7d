"""How interactions and follow-ups are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.interactions.enums import Kind
from weixi.interactions.models import FollowUp, Interaction
from weixi.interactions.visit_systems import system_titles
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.sentences import CONTACTS, Sentence, Told, register, register_details
from weixi.kernel.together import Together

ICONS = {
    Kind.CALL: "phone", Kind.WECHAT: "wechat", Kind.VISIT: "visit", Kind.MEETING: "meet", Kind.VIDEO: "video",
    Kind.EMAIL: "mail", Kind.SMS: "chat", Kind.BULK: "send", Kind.EVENT: "flag",
}  # fmt: skip
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Heard:
    """An interaction with whom, and what was promised in it, by due time."""

    row: Interaction
    contact: str
    promises: list[FollowUp]


def load_details(ids: Mapping[str, list[str]]) -> Mapping[str, Heard | FollowUp]:
    """Interactions as `Heard`, follow-ups as they are; one query."""
    talks, kept = ids.get("interaction", []), ids.get("followup", [])
    asked, held = Together(), Interaction.objects.filter(pk__in=talks)
    rows = asked.objects(held.order_by())
    names = asked.rows(held.order_by().exclude(contact=None).values_list("contact_id", "contact__name").distinct())
    promises = asked.objects(FollowUp.objects.filter(Q(interaction__in=talks) | Q(pk__in=kept)))
    whom = dict(names.found)
    heard = {row.pk: Heard(row, whom.get(row.contact_id, ""), []) for row in rows.found}
    found: dict[str, Heard | FollowUp] = {f"interaction:{pk}": each for pk, each in heard.items()}
    for promise in promises.found:
        found[f"followup:{promise.pk}"] = promise
        if promise.interaction_id in heard:
            heard[promise.interaction_id].promises.append(promise)
    return found


def recorded(told: Told) -> Sentence:
    """`吴海燕打电话给周建国，20 分钟。`, with what was said and what was promised."""
    heard: Heard | None = told.detail
    row = heard.row if heard else None
    kind = str(told.get("kind") or "")
    label = dict(Kind.choices).get(kind, kind)
    named = told.names.shown("contact_name", heard.contact) if heard and heard.contact else ""
    whom = named or told.names.contact(told.get("contact"))
    words = {"who": told.who, "kind": label, "whom": whom}
    inward = told.get("direction") == "in"
    if inward:
        text = _("%(whom)s came to us: %(kind)s") % {**words, "whom": whom or _("The customer")}
    elif whom:
        text = _("%(who)s with %(whom)s: %(kind)s") % words
    else:
        text = _("%(who)s: %(kind)s") % words
    if minutes := told.get("minutes"):
        text = _("%(text)s, %(n)d minutes") % {"text": text, "n": minutes}
    facts = [("plain", _("entered late"))] if told.get("late") else []
    if system := told.get("system"):
        facts.append(("plain", system_titles().get(str(system), str(system))))
    said = ""
    if heard is not None and row is not None:
        said = next((part for part in (row.content, row.conclusion, row.need) if part), "")[:LONGEST]
        if row.lacking:
            facts.append(("warn", _("incomplete: %(parts)s") % {"parts": _(", ").join(part_words(row.lacking))}))
        facts += [_followup(promise) for promise in heard.promises]
        if row.withdrawn_at:
            facts.append(("plain", _("withdrawn")))
    url = link = ""
    if row is not None and row.lacking and not row.withdrawn_at:
        url, link = reverse("interaction-complete", args=[row.pk]), _("Complete it")
    icon = ICONS.get(Kind(kind), "chat") if kind in Kind.values else "chat"
    return Sentence(text, icon, said, tuple(facts), url, link)


def part_words(lacking: str) -> list[str]:
    """The parts of a record by their names."""
    fields = {field.name: field for field in Interaction._meta.fields}
    return [
        str(fields[code].verbose_name) if code in fields else str(_("follow-ups")) if code == "followups" else code
        for code in lacking.split(",")
        if code
    ]


def _followup(promise: FollowUp) -> tuple[str, str]:
    until = day_text(timezone.localtime(promise.due_at).date(), year=False)
    if promise.done_at:
        kept = promise.done_at <= promise.due_at
        return ("kept" if kept else "lk", _("Follow-up: %(text)s, done") % {"text": promise.text})
    return ("open", _("Follow-up: %(text)s, until %(day)s") % {"text": promise.text, "day": until})


def promised(told: Told) -> Sentence | None:
    """Told with the interaction it was made in; alone only when there is none."""
    if told.get("interaction"):
        return None
    words = {"who": told.names.person(told.get("assignee")), "text": told.get("text") or ""}
    return Sentence(_("%(who)s promised: %(text)s.") % words)


def kept(told: Told) -> Sentence:
    row: FollowUp | None = told.detail
    words = {"who": told.who, "text": row.text if row else ""}
    return Sentence(_("%(who)s did what was promised: %(text)s.") % words, said=str(told.get("result") or ""))


def amended(told: Told) -> Sentence:
    return Sentence(_("%(who)s corrected a record.") % {"who": told.who})


def withdrawn(told: Told) -> Sentence:
    return Sentence(_("%(who)s took a record back.") % {"who": told.who}, said=str(told.get("reason") or ""))


def called_back(told: Told) -> Sentence:
    return Sentence(_("%(who)s made the callback.") % {"who": told.who}, said=str(told.get("outcome") or ""))


def not_reached(told: Told) -> Sentence:
    return Sentence(_("%(who)s called and reached nobody.") % {"who": told.who})


def register_all() -> None:
    register_details(("interaction", "followup"), load_details)
    register("interaction.recorded", recorded, icon="chat", kind=CONTACTS)
    register("interaction.amended", amended, icon="edit", kind=CONTACTS)
    register("interaction.withdrawn", withdrawn, icon="undo", kind=CONTACTS)
    register("followup.promised", promised, icon="flag", kind=CONTACTS)
    register("followup.done", kept, icon="check", kind=CONTACTS)
    register("callback.completed", called_back, icon="phone", kind=CONTACTS)
    register("callback.half_year_completed", called_back, icon="phone", kind=CONTACTS)
    register("callback.year_completed", called_back, icon="phone", kind=CONTACTS)
    register("callback.not_reached", not_reached, icon="phone", kind=CONTACTS)
