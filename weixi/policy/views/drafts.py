"""A version's way: new draft, file, submission, decision, in force."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.kernel import clock
from weixi.kernel.errors import Invalid, WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.policy import queries, services
from weixi.policy.document.load import load_policy
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError
from weixi.policy.document.shipped import build_shipped
from weixi.policy.enums import VersionState
from weixi.policy.forms.steps import FileForm, PresetForm, ReasonForm
from weixi.policy.models import PolicyVersion
from weixi.policy.problem_words import in_words
from weixi.policy.reading import language
from weixi.policy.services.passing import may_pass
from weixi.policy.views.asked import drafts


def _page(row: PolicyVersion) -> str:
    return reverse("policy-version", args=[row.pk])


@drafts
@require_POST
@once_per_form
def draft_new(request: Asked) -> HttpResponse:
    """A draft from the version in force, or from any one by its key (`from`)."""
    chosen = request.POST.get("from", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
        base = queries.get_version_for(request.viewer, int(chosen))
    else:
        current = queries.version_in_force()
        if current is None:
            raise Invalid(_("No policy is in force yet: begin with a preset or with a file."))
        base = queries.get_version_for(request.viewer, current.pk)
    made = services.draft_version(_as_next(request, queries.document_of(base)), viewer=request.viewer, based_on=base)
    text = _("Draft %(label)s was made; nothing changes until it is put in force.") % {"label": made.label}
    return done(request, text, to=_page(made), stay=False)


@drafts
def draft_preset(request: Asked) -> HttpResponse:
    """A draft from the text that comes with Weixi, with another way of grading."""
    form = PresetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        document = _as_next(request, build_shipped(form.cleaned_data["preset"]))
        current = queries.version_in_force()
        base = queries.get_version_for(request.viewer, current.pk) if current else None
        try:
            made = services.draft_version(document, viewer=request.viewer, based_on=base)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("Draft %(label)s was made; nothing changes until it is put in force.") % {"label": made.label}
            return done(request, text, to=_page(made), stay=False)
    return render(request, "policy/preset.html", {"form": form}, status=422 if form.errors else 200)


def _as_next(request: Asked, document: Policy) -> Policy:
    """The document with the next free number, to take effect tomorrow, or today before anything was decided by one;
    both can be changed in the draft."""
    taken = {row.label for row in queries.versions_of(request.viewer)}
    today = clock.now().astimezone(ZoneInfo(document.header.timezone)).date()
    day = today if services.is_first() else today + timedelta(days=1)
    header = document.header.model_copy(
        update={"version": next_label(document.header.version, taken), "effective_from": day}
    )
    return document.model_copy(update={"header": header})


def next_label(label: str, taken: set[str]) -> str:
    """`2026.1` -> `2026.2`, or the first such number that is free."""
    head, dot, last = label.rpartition(".")
    stem, number = (f"{head}{dot}", int(last)) if dot and last.isascii() and last.isdigit() else (f"{label}.", 1)
    number += 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"[:40]


@drafts
@once_per_form
def upload(request: Asked, pk: int | None = None) -> HttpResponse:
    """A TOML file as a new draft, or in place of a draft's text; refused as a whole with everything wrong in it."""
    row = queries.get_version_for(request.viewer, pk) if pk is not None else None
    form = FileForm(request.POST or None, request.FILES or None)
    problems: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            document = load_policy(form.cleaned_data["file"])
            digest = request.POST.get("digest", "")
            if row is None:
                made = services.draft_version(document, viewer=request.viewer)
            else:
                made = services.change_draft(row, document, viewer=request.viewer, digest=digest)
        except PolicyError as error:
            problems = [
                {"line": p.line, "path": p.path, "clause": p.clause, "text": in_words(p)} for p in error.problems
            ]
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("The file was taken as draft %(label)s.") % {"label": made.label}, to=_page(made))
    context = {"form": form, "version": row, "problems": problems, "lang": language()}
    return render(request, "policy/upload.html", context, status=422 if problems or form.errors else 200)


@require_POST
def submit(request: Asked, pk: int) -> HttpResponse:
    row = queries.get_version_for(request.viewer, pk)
    services.submit_version(row, viewer=request.viewer, digest=request.POST.get("digest", ""))
    return done(request, _("Submitted for approval."), to=_page(row), stay=False)


@require_POST
def take_back(request: Asked, pk: int) -> HttpResponse:
    row = queries.get_version_for(request.viewer, pk)
    services.take_back_version(row, viewer=request.viewer)
    return done(request, _("Taken back: it is a draft again."), to=_page(row), stay=False)


@require_POST
def approve(request: Asked, pk: int) -> HttpResponse:
    row = queries.get_version_for(request.viewer, pk)
    services.approve_version(row, viewer=request.viewer, digest=request.POST.get("digest", ""))
    passed = row.state == VersionState.APPROVED
    text = (
        _("Approved. It counts once it is put in force.") if passed else _("Your yes is noted; it waits for the next.")
    )
    return done(request, text, to=_page(row), stay=False)


def send_back(request: Asked, pk: int) -> HttpResponse:
    """Return to the author with a reason: by who may approve, or whom the chain asks."""
    row = queries.get_version_for(request.viewer, pk)
    if not (row.state == VersionState.SUBMITTED and may_pass(row, request.viewer)):
        request.viewer.require(Right.POLICY_APPROVE)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_version(row, viewer=request.viewer, reason=form.cleaned_data["reason"])
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Returned to its author."), to=_page(row), stay=False)
    return render(request, "policy/return.html", {"form": form, "version": row}, status=422 if form.errors else 200)


@require_POST
def activate(request: Asked, pk: int) -> HttpResponse:
    row = services.activate_version(queries.get_version_for(request.viewer, pk), viewer=request.viewer)
    assert row.effective_at is not None
    zone = ZoneInfo(queries.document_of(row).header.timezone)
    at = row.effective_at.astimezone(zone)
    text = _("%(label)s is in force from %(day)s, %(time)s.") % {
        "label": row.label,
        "day": at.date().isoformat(),
        "time": f"{at:%H:%M}",
    }
    return done(request, text, to=_page(row), stay=False)


@require_POST
def drop(request: Asked, pk: int) -> HttpResponse:
    row = queries.get_version_for(request.viewer, pk)
    services.drop_version(row, viewer=request.viewer)
    return done(request, _("The draft was dropped; it stays readable."), to=reverse("policy-versions"), stay=False)
