"""The record panel's form: what was said, when, with whom, and what is promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Contact, Customer
from weixi.interactions import phrases
from weixi.interactions.enums import Depth, Direction, Kind, Purpose
from weixi.interactions.services.followups import Promise
from weixi.interactions.visit_systems import system_titles, usual_system
from weixi.kernel import clock
from weixi.organisation.models import User
from weixi.policy.queries import version_in_force

MOST_FOLLOWUPS = 10
# What rules may ask of a talk.
TALK = ("kind", "direction", "depth", "purpose")
# The ways most contacts take stand open, each with its sign; the others are folded up.
WAYS = {Kind.CALL: "phone", Kind.WECHAT: "wechat", Kind.VISIT: "visit", Kind.MEETING: "meet", Kind.VIDEO: "video"}
# Parts that stand folded up in the panel, in its order.
FOLDED = ("need", "solution", "conclusion", "feedback", "participants")


class RecordForm(forms.Form):
    """Texts and choices of an interaction; follow-ups are lines of the field `followup`."""

    kind = forms.ChoiceField(label=_("Way"), choices=Kind.choices, initial=Kind.CALL)
    direction = forms.ChoiceField(
        label=_("Who contacted whom"), choices=Direction.choices, initial=Direction.OUT, required=False
    )
    depth = forms.ChoiceField(label=_("Depth"), choices=[("", _("Not stated")), *Depth.choices], required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", _("Not stated")), *Purpose.choices], required=False)
    contact = forms.ModelChoiceField(
        label=_("Contact"), queryset=Contact.objects.none(), required=False, empty_label=_("Nobody in particular")
    )
    occurred_at = forms.DateTimeField(
        label=_("Time"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    visit_system = forms.ChoiceField(label=_("Visit system"), required=False)
    content = forms.CharField(
        label=_("What was said"), widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}), required=False
    )
    participants = forms.CharField(label=_("Participants"), max_length=200, required=False)
    need = forms.CharField(label=_("Customer's need"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    solution = forms.CharField(label=_("Solution"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    conclusion = forms.CharField(label=_("Core conclusion"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    feedback = forms.CharField(label=_("Feedback"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    change = forms.CharField(label=_("A change became known"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        customer: Customer | None,
        asked: Mapping[str, Any] | None = None,
        about: int | None = None,
        **kwargs: Any,
    ) -> None:
        """`about` is the contact the duty is about. `asked` is what the duty the form was opened from wants
        of the talk (`qualifies` of its rule):
        the form starts with it, so that saving settles the duty."""
        super().__init__(*args, **kwargs)
        self.customer = customer
        for name, options in (asked or {}).items():
            first = options[0] if isinstance(options, list | tuple) else options
            if name in TALK and first in dict(self.fields[name].choices):  # type: ignore[attr-defined]
                self.fields[name].initial = first
        self.fields["occurred_at"].initial = timezone.localtime(clock.now())
        titles = system_titles()
        self.fields["visit_system"].choices = list(titles.items())  # type: ignore[attr-defined]
        if customer is not None:
            people = customer.contacts.filter(removed_at=None)
            self.fields["contact"].queryset = people  # type: ignore[attr-defined]
            # What was sent says the rest itself.
            if not self.is_bound:
                if titles:
                    self.fields["visit_system"].initial = usual_system(customer)
                self.fields["contact"].initial = about or (people[0].pk if len(people) == 1 else None)

    def ways(self) -> list[tuple[str, str, str]]:
        """(value, label, icon) of the ways that stand open."""
        return [(kind.value, str(kind.label), icon) for kind, icon in WAYS.items()]

    def other_ways(self) -> list[tuple[str, str]]:
        """(value, label) of the ways that are folded up."""
        return [(kind.value, str(kind.label)) for kind in Kind if kind not in WAYS]

    def is_other_way(self) -> bool:
        """Whether the way chosen so far is one of the folded ones."""
        return self["kind"].value() not in WAYS

    def folded_and_asked(self) -> list[str]:
        """What the policy wants every record to state, of the parts that stand folded up: their labels."""
        version = version_in_force()
        asked = version.policy.interaction.required if version else ()
        return [str(self.fields[name].label) for name in FOLDED if name in asked]

    def when(self) -> datetime:
        """When the talk was, as typed so far; what cannot be read counts as now."""
        field = self.fields["occurred_at"]
        try:
            typed = field.clean(self["occurred_at"].value())
        except forms.ValidationError:
            typed = None
        return min(typed or clock.now(), clock.now())

    def talk(self) -> dict[str, str]:
        """The values rules look at, as typed so far."""
        if self.is_bound:
            return {name: self.data.get(name) or self.fields[name].initial or "" for name in TALK}
        return {name: self.fields[name].initial or "" for name in TALK}


class Line:
    """One follow-up as typed and as read."""

    def __init__(self, text: str, people: Mapping[str, User]) -> None:
        self.typed = text.strip()
        names = {name: user.username for name, user in people.items()}
        by_username = {user.username: user for user in people.values()}
        self.read = phrases.read(self.typed, timezone.localtime(clock.now()), names)
        self.person = by_username.get(self.read.person) if self.read.person else None

    @property
    def problem(self) -> str:
        """What is missing, in a sentence; empty when the line can be saved."""
        if not self.typed:
            return ""
        if self.read.due_at is None:
            return gettext(
                "Until when? Write a day, such as “Thursday”, “12-03” or “in 3 days”, in Chinese: 周四, 12月3日, 三天后."
            )
        if not self.read.text:
            return gettext("What is to be done?")
        return ""

    def promise(self) -> Promise:
        assert self.read.due_at is not None
        return Promise(self.read.text, self.read.due_at, self.person)


def people_by_name() -> dict[str, User]:
    """What may follow @: the names and log-in names of those who work here."""
    found: dict[str, User] = {}
    for user in User.objects.filter(is_active=True).order_by("-pk"):
        found[user.username] = user
        found[user.name] = user
    return found


def read_lines(typed: list[str]) -> list[Line]:
    """The follow-up lines of a form; empty ones are left out."""
    lines = [text for text in typed[:MOST_FOLLOWUPS] if text.strip()]
    if not lines:
        return []
    people = people_by_name()
    return [Line(text, people) for text in lines]
