"""What stands on each paper, neutral of how it is shown; every value as the viewer sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.commerce.queries import dealings_of
from weixi.customers.access import viewer_access
from weixi.customers.cells import archive_groups
from weixi.customers.models import Contact, Customer
from weixi.customers.queries.people import people_at, registration_of
from weixi.customers.queries.timeline import contact_moments, customer_story, names_in, page_of_events
from weixi.duties.people import People
from weixi.duties.queries.of_customer import duties_kept
from weixi.kernel import clock
from weixi.kernel.drawing import moments
from weixi.kernel.errors import NotFound
from weixi.kernel.sentences import CONTACTS, DEALS, types_of
from weixi.organisation.scope import Viewer
from weixi.policy.document.archive import Archive
from weixi.policy.queries import clause_in_force, policy_in_force
from weixi.web.customer.page import year_began

FORM, RECORD, CARD = "form", "record", "card"
# The first group that only the registration form has.
_OWN_GROUP = "business"
STORY, OWED = 14, 8
# A row of the card says so many characters; the timeline has the whole.
SAID = 88


@dataclass(frozen=True, slots=True)
class Lines:
    """A part of named values; two stand beside each other."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A part in columns; `widths` are shares of the sheet. With `least`, so many rows stay at least when the
    paper has to fit on one sheet; without, all do."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    least: int | None = None


Part = Lines | Grid


@dataclass(frozen=True, slots=True)
class Paper:
    """One form: of a customer, or one on many (`labels` then say what stands beside `name` and `number`)."""

    kind: str
    title: str
    clause: str
    org: str
    number: str
    name: str
    parts: tuple[Part, ...]
    signs: tuple[str, ...]
    printed_by: str
    printed_on: str
    values: dict[str, str] = field(default_factory=dict)
    people: tuple[dict[str, str], ...] = ()
    history: tuple[dict[str, str], ...] = ()
    duties: tuple[dict[str, str], ...] = ()
    labels: tuple[str, str] | None = None
    # Across the sheet: a table of many columns.
    wide: bool = False


def kinds_for(customer: Customer) -> list[tuple[str, str]]:
    """(kind, title) of the papers there are for this customer: the card only for key customers (A-9)."""
    found = [(FORM, _("Customer registration form")), (RECORD, _("Customer record card"))]
    return [*found, (CARD, _("Important-customer card"))] if is_key(customer) else found


def is_key(customer: Customer) -> bool:
    """Whether the policy in force counts the customer's grade among the key customers (G-10)."""
    try:
        grading = policy_in_force().grading
    except NotFound:
        return False
    return grading is not None and any(each.key_customer for each in grading.grade if each.grade == customer.grade)


def build_paper(viewer: Viewer, customer: Customer, kind: str) -> Paper:
    """The paper of that kind. Raises NotFound for one that this customer does not have."""
    titles = dict(kinds_for(customer))
    if kind not in titles:
        raise NotFound(_("There is no such form for this customer."), code="paper.not_found")
    people = people_at(customer)
    made = _Maker(viewer, customer, people)
    parts, signs, clause = {FORM: made.form, RECORD: made.record, CARD: made.card}[kind]()
    now = timezone.localtime(clock.now())
    return Paper(
        kind=kind, title=titles[kind], clause=clause, org=_org(customer), number=customer.number,
        name=made.access.present("name", customer.name), parts=tuple(parts), signs=tuple(signs),
        printed_by=viewer.user.name if viewer.user else "", printed_on=f"{moments.day_text(now.date())} {now:%H:%M}",
        values=made.values(), people=tuple(made.people_rows()), history=tuple(made.story_rows()),
        duties=tuple(made.owed_rows()),
    )  # fmt: skip


def _org(customer: Customer) -> str:
    owner = customer.owner
    return owner.department.name if owner and owner.department else ""


def _whole(text: str, said: str) -> str:
    """A sentence of the story with what was said, as two sentences on one line."""
    return _("%(sentence)s. %(said)s") % {"sentence": text.rstrip(".。"), "said": said} if said else text


class _Maker:
    """Gathers the parts; what two of them need is read once."""

    def __init__(self, viewer: Viewer, customer: Customer, people: Sequence[Contact]) -> None:
        self.viewer, self.customer, self.people = viewer, customer, people
        self.access = viewer_access(viewer)
        self.groups = archive_groups(viewer, customer, registration_of(customer))
        self._story: list[dict[str, str]] | None = None
        self._owed: list[dict[str, str]] | None = None

    def form(self) -> tuple[list[Part], list[str], str]:
        parts: list[Part] = [
            Lines(str(group.title), tuple((cell.label, cell.text if cell.filled else "") for cell in group.cells))
            for group in self.groups
        ]
        parts.append(Lines(_("Dealings with us"), tuple(dealings_of(self.customer).lines)))
        parts.append(self._people_grid())
        return parts, [_("Filled in by"), _("Reviewed by"), _("Date")], clause_in_force(f"archive.group[{_OWN_GROUP}]")

    def record(self) -> tuple[list[Part], list[str], str]:
        standard = _standard()
        wanted = standard.record_card if standard else ()
        known = self._record_values()
        rows = tuple((name, next((make() for word, make in known if word in name), "")) for name in wanted)
        return (
            [Lines(_("Record card"), rows), self._people_grid()],
            [_("Kept by"), _("Date")],
            clause_in_force("archive.record_card"),
        )

    def card(self) -> tuple[list[Part], list[str], str]:
        standard = _standard()
        contents = standard.card.contents if standard and standard.card else ()
        head = Lines(
            _("Customer"),
            (
                (_("Grade"), self._grade()),
                (_("Owner"), self.customer.owner.name if self.customer.owner else ""),
                *dealings_of(self.customer).lines[:4],
            ),
        )
        makers: list[tuple[str, Callable[[str], Part]]] = [
            ("频率", self._frequency_part),
            ("联系人", lambda title: self._people_grid(title)),
            ("经过", self._story_grid),
            ("历史", self._story_grid),
            ("未了", self._owed_grid),
        ]
        parts: list[Part] = [head]
        for title in contents:
            make = next((make for word, make in makers if word in title), None)
            # What the policy names and nobody keeps here is left to be written by hand.
            parts.append(make(title) if make else Lines(title, ((title, ""),)))
        return parts, [_("Kept by"), _("Reviewed by"), _("Date")], clause_in_force("archive.card")

    # --- values of templates --------------------------------------------------------------------------

    def values(self) -> dict[str, str]:
        found = {cell.key: (cell.text if cell.filled else "") for group in self.groups for cell in group.cells}
        found |= {
            "number": self.customer.number, "grade": self._grade(), "frequency": self.frequency(),
            "owner": self.customer.owner.name if self.customer.owner else "",
            "co_owner": self.customer.co_owner.name if self.customer.co_owner else "",
            "lifecycle": str(self.customer.get_lifecycle_display()), "org": _org(self.customer),
        }  # fmt: skip
        keys = ("amount_12m", "largest_purchase", "monthly_purchase", "purchases_12m", "last_purchase", "categories")
        return found | dict(zip(keys, (text for _label, text in dealings_of(self.customer).lines), strict=True))

    def people_rows(self) -> list[dict[str, str]]:
        shown = self.access.present
        return [
            {
                "name": shown("contact_name", each.name),
                "position": shown("contact_position", each.position),
                "mobile": shown("contact_mobile", each.mobile or each.phone),
                "email": shown("contact_email", each.email),
                "role": _("decides") if each.decision_maker else _("key person") if each.key_person else "",
                "preferred": " ".join(
                    filter(
                        None,
                        [
                            shown("contact_preferred_channel", str(each.get_preferred_channel_display())),
                            shown("contact_preferred_time", each.preferred_time),
                        ],
                    )
                ),
            }
            for each in self.people
        ]

    def story_rows(self) -> list[dict[str, str]]:
        """What was spoken and dealt, the newest first. A callback is told by the talk it was."""
        if self._story is None:
            events = page_of_events(self.customer.pk, [*types_of(CONTACTS), *types_of(DEALS)], "", 4 * STORY, Q())
            names = names_in(self.viewer, self.customer, events)
            told = customer_story(self.viewer, events, contacts=names.contacts, people=names.people).lines
            self._story = [
                {
                    "day": moments.day_text(timezone.localtime(line.at).date()),
                    "text": _whole(line.sentence.text, line.sentence.said),
                }
                for line in told
                if line.sentence.said or not line.type.startswith("callback.")
            ][:STORY]
        return self._story

    def owed_rows(self) -> list[dict[str, str]]:
        if self._owed is None:
            waiting = duties_kept(self.viewer, self.customer, year_began(), clock.now(), People.load()).waiting[:OWED]
            self._owed = [
                {
                    "title": _(": ").join(filter(None, [line.title, line.about])),
                    "clause": line.clause,
                    "who": line.assignee_name,
                    "until": moments.day_text(timezone.localtime(line.due_at).date()) if line.due_at else "",
                }
                for line in waiting
            ]
        return self._owed

    def frequency(self) -> str:
        """`近 12 个月 37 次，约每 10 天一次`."""
        count = len(contact_moments(self.customer, year_began()))
        text = ngettext("%(n)d contact in 12 months", "%(n)d contacts in 12 months", count) % {"n": count}
        if count < 2:
            return text
        days = max(1, (clock.today() - timezone.localtime(year_began()).date()).days // count)
        return text + _(", ") + ngettext("about every day", "about every %(n)d days", days) % {"n": days}

    # --- parts ----------------------------------------------------------------------------------------

    def _grade(self) -> str:
        try:
            grading = policy_in_force().grading
        except NotFound:
            return ""
        titles = {each.grade: each.title for each in grading.grade} if grading else {}
        return titles.get(self.customer.grade, self.customer.grade)

    def _record_values(self) -> list[tuple[str, Callable[[], str]]]:
        """By the word the policy's line holds; a company is written by the person who decides there."""
        person = self.customer.kind == "person"
        first = self.people_rows()[0] if self.people else {}
        cells = {cell.key: cell.text if cell.filled else "" for group in self.groups for cell in group.cells}
        name = self.access.present("name", self.customer.name)
        mobile = "" if person else first.get("mobile", "")
        return [
            ("姓名", lambda: name if person else first.get("name", "") or name),
            ("单位", lambda: cells.get("employer", "") if person else name),
            ("职位", lambda: cells.get("position", "") if person else first.get("position", "")),
            ("住址", lambda: cells.get("home_address", "") or cells.get("address", "")),
            ("频率", self.frequency),
            ("联络方式", lambda: _(", ").join(filter(None, [mobile, cells.get("phone", ""), cells.get("email", "")]))),
            ("联系方式", lambda: _(", ").join(filter(None, [mobile, cells.get("phone", ""), cells.get("email", "")]))),
        ]

    def _people_grid(self, title: str = "") -> Grid:
        rows = tuple(
            (each["name"], each["position"], each["role"], each["mobile"], each["preferred"])
            for each in self.people_rows()
        )
        heads = (_("Name"), _("Position"), _("Part"), _("Phone"), _("Reached best"))
        return Grid(title or _("People"), heads, rows or ((("",) * 5),), (18, 24, 14, 24, 20))

    def _frequency_part(self, title: str) -> Lines:
        last = self.customer.last_contact_at
        day = moments.day_text(timezone.localtime(last).date()) if last else ""
        return Lines(title, ((title, self.frequency()), (_("Last contact"), day)))

    def _story_grid(self, title: str) -> Grid:
        rows = tuple((each["day"], Truncator(each["text"]).chars(SAID)) for each in self.story_rows())
        return Grid(title, (_("Day"), _("What")), rows or (("", ""),), (20, 80), least=3)

    def _owed_grid(self, title: str) -> Grid:
        rows = tuple((each["title"], each["clause"], each["who"], each["until"]) for each in self.owed_rows())
        return Grid(
            title, (_("What"), _("Clause"), _("Who"), _("Until")), rows or (("",) * 4,), (50, 14, 16, 20), least=3
        )


def _standard() -> Archive | None:
    try:
        return policy_in_force().archive
    except NotFound:
        return None


def file_name(paper: Paper, suffix: str, today: date) -> str:
    return f"{paper.title}-{paper.number}-{today:%Y%m%d}.{suffix}"


def as_data(paper: Paper) -> dict[str, Any]:
    """Plain values for the PDF's template."""
    parts = [
        {"kind": "lines", "title": part.title, "rows": [list(row) for row in part.rows]}
        if isinstance(part, Lines)
        else {
            "kind": "grid", "title": part.title, "heads": list(part.heads), "widths": list(part.widths),
            "rows": [list(row) for row in part.rows],
        }
        for part in paper.parts
    ]  # fmt: skip
    of, number = paper.labels or (_("Customer"), _("Customer number"))
    return {
        "wide": paper.wide, "spaced": moments.chinese(), "title": paper.title, "clause": paper.clause, "org": paper.org, "number": paper.number, "name": paper.name,
        "parts": parts, "signs": list(paper.signs), "printed": f"{paper.printed_by}　{paper.printed_on}",
        "words": {"customer": f"{of}{_(': ')}", "number": f"{number}{_(': ')}", "printed": _("Printed by"),
                  "page": _("Page {page} of {pages}")},
    }  # fmt: skip
