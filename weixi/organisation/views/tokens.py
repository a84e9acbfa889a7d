"""API tokens: made, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.kernel.errors import WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation import queries, services
from weixi.organisation.forms import TokenForm
from weixi.organisation.models import User
from weixi.organisation.requests import Asked


def my_tokens(request: Asked) -> HttpResponse:
    return HttpResponseRedirect(reverse("person-tokens", args=[request.user.pk]))


def _owner(request: Asked, pk: int) -> User:
    """Oneself needs no right; others are found by who manages people."""
    return request.user if pk == request.user.pk else queries.get_person_for(request.viewer, pk)


@once_per_form
def tokens(request: Asked, pk: int) -> HttpResponse:
    """List and make; the secret stands on the answer to the POST and nowhere else."""
    person, secret = _owner(request, pk), ""
    rows = queries.tokens_of(request.viewer, person)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        valid_for = timedelta(days=values["days"]) if values["days"] else None
        try:
            _token, secret = services.create_token(
                person, viewer=request.viewer, name=values["name"], scopes=tuple(values["scopes"]), valid_for=valid_for
            )
        except WeixiError as refusal:
            form.take(refusal)
        else:
            form = TokenForm()
    context = {"owner": person, "tokens": rows, "form": form, "secret": secret, "itself": person.pk == request.user.pk}
    status = 201 if secret else 422 if form.errors else 200
    response = render(request, "organisation/tokens.html", context, status=status)
    if secret:
        response["Location"] = reverse("person-tokens", args=[pk])
    return response


@require_POST
def revoke(request: Asked, pk: int, token_pk: int) -> HttpResponse:
    person = _owner(request, pk)
    token = queries.get_token_for(request.viewer, person, token_pk)
    services.revoke_token(token, viewer=request.viewer)
    return done(request, _("The token is revoked."), to=reverse("person-tokens", args=[pk]), stay=False)
