"""Reading the policy: the document, its versions, what differs between two of them."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.kernel.replies import is_htmx
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.policy import queries
from weixi.policy.comparing import compared
from weixi.policy.document.activate import can_activate
from weixi.policy.document.dump import dump_policy
from weixi.policy.editors import editors_of
from weixi.policy.enums import VersionState
from weixi.policy.leftovers import leftovers_of
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import VersionInForce
from weixi.policy.queries.changes import changes_of_draft
from weixi.policy.queries.standards import may_draft
from weixi.policy.reading import clause_place, language, read_page
from weixi.policy.steps import blanks_of, fill_url, head_paths, steps_of


def policy(request: Asked) -> HttpResponse:
    """The version in force as a document."""
    found = queries.version_in_force()
    if found is None:
        context = {"open": queries.open_versions(request.viewer), "may_draft": may_draft(request.viewer)}
        return render(request, "policy/none.html", context)
    return _document(request, queries.get_version_for(request.viewer, found.pk), found)


def version(request: Asked, pk: int) -> HttpResponse:
    """Any version as a document; a draft with its editors."""
    return _document(request, queries.get_version_for(request.viewer, pk), queries.version_in_force())


def kept(request: Asked, pk: int) -> HttpResponse:
    """How the clauses of a version are kept, which its page asks for when it stands; without scripts the page with it."""
    row = queries.get_version_for(request.viewer, pk)
    if not is_htmx(request):
        return _document(request, row, queries.version_in_force(), counted=True)
    page = read_page(
        queries.document_of(row), request.viewer, clock.now(), edit=editors_of(row, request.viewer), counted=True
    )
    return render(request, "policy/kept.html", {"page": page})


def _document(
    request: Asked, row: PolicyVersion, current: VersionInForce | None, *, counted: bool = False
) -> HttpResponse:
    document = queries.document_of(row)
    is_current = current is not None and current.pk == row.pk
    edit = editors_of(row, request.viewer)
    coming = row.state != VersionState.DROPPED and (row.effective_at is None or row.effective_at > clock.now())
    base = current.policy if current is not None and not is_current and coming else None
    page = read_page(document, request.viewer, clock.now(), base=base, edit=edit, counted=counted)
    return render(
        request,
        "policy/document.html",
        {
            "version": row,
            "page": page,
            "steps": steps_of(row, document, request.viewer),
            "is_current": is_current,
            "current": current,
            "may_edit": edit is not None,
            "standards_only": edit is not None and edit.standards_only,
            "head_url": edit.url(*head_paths(edit)) if edit else "",
            "may_draft": may_draft(request.viewer),
            "may_preset": request.viewer.may(Right.POLICY_DRAFT),
            "blanks": blanks_of(row, document) if coming else [],
            "fill_url": fill_url(row, document) if edit else "",
            "leftovers": leftovers_of(row.pk, base, document, language()) if base is not None and edit else [],
            "draft_changes": changes_of_draft(row, language()) if coming else [],
            "open": [one for one in queries.open_versions(request.viewer) if one.pk != row.pk],
        },
    )


def clause(request: Asked, number: str) -> HttpResponse:
    """Where clause tags lead: the clause's place in the version in force."""
    found = queries.version_in_force()
    place = clause_place(found.policy, number) if found else None
    if place is None:
        raise NotFound(
            _("The policy in force has no clause “%(number)s”; it may have been dropped or renumbered.")
            % {"number": number[:40]},
            code="policy.no_clause",
        )
    return HttpResponseRedirect(f"{reverse('policy')}#{place}")


def versions(request: Asked) -> HttpResponse:
    """Every version with who did what when."""
    current = queries.version_in_force()
    context = {
        "versions": queries.versions_of(request.viewer),
        "current": current,
        "may_draft": may_draft(request.viewer),
        "may_preset": request.viewer.may(Right.POLICY_DRAFT),
        "now_at": clock.now(),
    }
    return render(request, "policy/versions.html", context)


def compare(request: Asked, pk: int) -> HttpResponse:
    """What the version changes against another (`with`), by default the one in force, else the one before."""
    row = queries.get_version_for(request.viewer, pk)
    other = _other(request, row)
    groups = compared(queries.document_of(other), queries.document_of(row), language()) if other else []
    context = {
        "version": row,
        "other": other,
        "versions": [one for one in queries.versions_of(request.viewer) if one.pk != row.pk],
        "groups": groups,
        "total": sum(len(group.lines) for group in groups),
    }
    return render(request, "policy/compare.html", context)


def _other(request: Asked, row: PolicyVersion) -> PolicyVersion | None:
    chosen = request.GET.get("with", "")
    if chosen:
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
            raise Http404
        return queries.get_version_for(request.viewer, int(chosen))
    current = queries.version_in_force()
    if current is not None and current.pk != row.pk:
        return queries.get_version_for(request.viewer, current.pk)
    return queries.get_version_for(request.viewer, row.based_on.pk) if row.based_on else None


def printed(request: Asked, pk: int) -> HttpResponse:
    """The controlled document on paper (O-5)."""
    row = queries.get_version_for(request.viewer, pk)
    document = queries.document_of(row)
    page = read_page(document, request.viewer, clock.now())
    context = {"version": row, "page": page, "complete": not can_activate(document)}
    return render(request, "policy/print.html", context)


def download(request: Asked, pk: int) -> HttpResponse:
    """The version as its TOML file: what an upload takes back unchanged."""
    row = queries.get_version_for(request.viewer, pk)
    response = HttpResponse(dump_policy(queries.document_of(row)), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="policy-{row.pk}.toml"'
    return response
