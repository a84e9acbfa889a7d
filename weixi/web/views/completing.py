"""Records that lack what the policy asks for: the list, and adding what is missing in place (C-6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.interactions.queries.records import get_interaction_for, incomplete_in_scope, incomplete_records
from weixi.interactions.sentences import part_words
from weixi.interactions.services import amend_interaction, require_amending
from weixi.kernel.errors import WeixiError
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.web.forms.completing import CompleteForm

PAGE = 50


def incomplete(request: Asked) -> HttpResponse:
    """Those with the viewer's customers, or of one person's."""
    text = request.GET.get("person", "")
    person = int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None
    page = Paginator(incomplete_records(request.viewer, person), PAGE).get_page(request.GET.get("page"))
    lines = [(row, part_words(row.lacking)) for row in page]
    name = next((row.recorded_by.name for row, _parts in lines if row.recorded_by), "") if person else ""
    context = {"page": page, "lines": lines, "name": name, "narrowed": person is not None}
    return render(request, "web/record/incomplete.html", context)


@needs(Right.INTERACTIONS_RECORD)
def complete(request: Asked, pk: int) -> HttpResponse:
    row = get_interaction_for(request.viewer, pk)
    require_amending(row, request.viewer)
    form = CompleteForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            saved = amend_interaction(row, viewer=request.viewer, texts=form.cleaned_data, version=row.version)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            said = _("The record is complete.") if not saved.lacking else _("Saved; something is still missing.")
            to = reverse("customer", args=[row.customer_id])
            return done(request, said, to=to, changed=["timeline", "customer", "records"])
    context = {"form": form, "row": row, "parts": part_words(row.lacking), "customer": row.customer}
    return render(request, "web/record/complete.html", context, status=422 if form.errors else 200)


def clause_note(viewer: Any) -> Mapping[str, tuple[str, str]]:
    """How complete this month's records are, beside the clause that asks for it."""
    number = incomplete_in_scope(viewer)
    if not number:
        return {}
    words = ngettext(
        "%(n)d record of this month is incomplete", "%(n)d records of this month are incomplete", number
    ) % {"n": number}
    return {"interaction": (words, reverse("interactions-incomplete"))}
