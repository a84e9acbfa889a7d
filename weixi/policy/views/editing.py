"""Editors of a draft: single values, rules with their escalation, the grading section."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.kernel.errors import Conflict, NotFound, WeixiError
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.policy import queries, services
from weixi.policy.comparing import said, sentences
from weixi.policy.document.edit import remove_item
from weixi.policy.document.paths import PathError
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError
from weixi.policy.editors import editors_of
from weixi.policy.enums import VersionState
from weixi.policy.forms.tables import RULES, IndicatorForm, RuleForm
from weixi.policy.forms.values import DraftForm, ValuesForm
from weixi.policy.grading_tables import grading_page
from weixi.policy.models import PolicyVersion
from weixi.policy.problem_words import in_words
from weixi.policy.reading import language, place_in_words, words_at
from weixi.policy.views.asked import drafts

MOST_VALUES = 40


def _draft(request: Asked, pk: int) -> tuple[PolicyVersion, Policy]:
    """A version that may be edited; raises NotFound, or Conflict for what is no draft (any more)."""
    row = queries.get_version_for(request.viewer, pk)
    if row.state != VersionState.DRAFT:
        raise Conflict(_("Only a draft can be changed; start a new one."))
    return row, queries.document_of(row)


def _edited(
    request: Asked, row: PolicyVersion, policy: Policy, form: Any, template: str, more: dict[str, Any]
) -> HttpResponse:
    """The common course of an editor: refused with 422, or stored with what the change does as the toast."""
    form.row = row
    if request.method == "POST" and form.is_valid() and (changed := form.changed()) is not None:
        try:
            services.change_draft(row, changed, viewer=request.viewer, digest=row.digest)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = said(sentences(policy, changed, language())) or _("Nothing was changed.")
            return done(request, text, to=reverse("policy-version", args=[row.pk]), changed=["policy"])
    context = {"form": form, "version": row, **more}
    return render(request, template, context, status=422 if form.errors else 200)


@drafts
def value(request: Asked, pk: int) -> HttpResponse:
    """The editor of one value, or of several that belong together (`path`, repeated)."""
    row, policy = _draft(request, pk)
    paths = request.GET.getlist("path")[:MOST_VALUES]
    try:
        form = ValuesForm(request.POST or None, policy=policy, paths=paths, lang=language())
    except PathError:
        form = None
    if form is None or not paths:
        raise NotFound(_("There is no such value in this draft (any more)."), code="policy.no_value")
    current = queries.version_in_force()
    before = [words_at(current.policy, place.path, language()) if current else "" for place in form.places]
    rows = [
        (place, place_in_words(policy, place.path, language()), bound, now, was)
        for (place, bound, now), was in zip(form.rows, before, strict=True)
    ]
    return _edited(request, row, policy, form, "policy/value.html", {"rows": rows, "action": request.get_full_path()})


@drafts
def rule(request: Asked, pk: int) -> HttpResponse:
    """A rule with all its keys: `clause` names one there is, `kind` begins a new one."""
    row, policy = _draft(request, pk)
    clause, kind = request.GET.get("clause", ""), request.GET.get("kind", "")
    place = None
    if clause:
        kind, place = _find_rule(policy, clause)
    if kind not in RULES:
        raise NotFound(_("There is no such rule in this draft (any more)."), code="policy.no_rule")
    item = getattr(policy, kind)[place] if place is not None else None
    form = RuleForm(request.POST or None, kind=kind, policy=policy, item=item, place=place, lang=language())
    more = {"kind": kind, "item": item, "action": request.get_full_path()}
    return _edited(request, row, policy, form, "policy/rule.html", more)


def _find_rule(policy: Policy, clause: str) -> tuple[str, int | None]:
    for kind in RULES:
        for place, one in enumerate(getattr(policy, kind)):
            if one.clause == clause:
                return kind, place
    return "", None


@drafts
@require_POST
def rule_remove(request: Asked, pk: int) -> HttpResponse:
    row, policy = _draft(request, pk)
    kind, place = _find_rule(policy, request.GET.get("clause", ""))
    return _removed(request, row, policy, f"{kind}[{place}]" if place is not None else "")


def _removed(request: Asked, row: PolicyVersion, policy: Policy, path: str) -> HttpResponse:
    if not path:
        raise NotFound(_("There is no such rule in this draft (any more)."), code="policy.no_rule")
    try:
        changed = remove_item(policy, path)
    except PolicyError as error:
        said_so = " ".join(f"{p.clause or p.path}: {in_words(p)}" for p in error.problems[:3])
        raise Conflict(_("It cannot be taken out: %(why)s") % {"why": said_so}) from None
    services.change_draft(row, changed, viewer=request.viewer, digest=row.digest)
    text = said(sentences(policy, changed, language()))
    back = reverse("policy-grading" if path.startswith("grading") else "policy-version", args=[row.pk])
    return done(request, text, to=back, changed=["policy"])


def grading(request: Asked, pk: int) -> HttpResponse:
    """The grading section as tables: read by everybody, edited in a draft."""
    row = queries.get_version_for(request.viewer, pk)
    policy = queries.document_of(row)
    edit = editors_of(row, request.viewer)
    context = {"version": row, "may_edit": edit is not None, "page": grading_page(policy, edit, language())}
    context["may_preset"] = request.viewer.may(Right.POLICY_DRAFT)
    return render(request, "policy/grading.html", context)


@drafts
def indicator(request: Asked, pk: int) -> HttpResponse:
    """A row of the scorecard: `key` names one there is; without, a new one."""
    row, policy = _draft(request, pk)
    if policy.grading is None:
        raise NotFound(_("This draft has no section on grading."), code="policy.no_grading")
    place, item = _find_indicator(policy, request.GET.get("key", ""))
    form: DraftForm = IndicatorForm(request.POST or None, policy=policy, item=item, place=place, lang=language())
    return _edited(
        request, row, policy, form, "policy/indicator.html", {"item": item, "action": request.get_full_path()}
    )


def _find_indicator(policy: Policy, key: str) -> tuple[int | None, Any]:
    if not key:
        return None, None
    assert policy.grading is not None
    for place, one in enumerate(policy.grading.indicator):
        if one.key == key:
            return place, one
    raise NotFound(_("There is no such indicator in this draft (any more)."), code="policy.no_indicator")


@drafts
@require_POST
def indicator_remove(request: Asked, pk: int) -> HttpResponse:
    row, policy = _draft(request, pk)
    key = request.GET.get("key", "")
    place = _find_indicator(policy, key)[0] if policy.grading and key else None
    return _removed(request, row, policy, f"grading.indicator[{place}]" if place is not None else "")
