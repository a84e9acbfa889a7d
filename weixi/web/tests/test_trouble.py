"""The way out on an error page leads to a page there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("came_from", "leads"),
    [
        ("http://testserver/customers/?tag=a", "/customers/?tag=a"),
        ("https://elsewhere.example/customers/", ""),
        ("", ""),
    ],
)
def test_after_a_form_it_leads_to_the_page_of_the_form(cast: Any, client_as: Any, came_from: str, leads: str) -> None:
    client = client_as(cast.specialist)
    # Takes forms only, and refuses one without an answer to its question.
    url = reverse("attachment-add", args=[cast.customer_of("specialist").pk])
    assert client.get(url).status_code == 405
    answer = client.post(url, {}, headers={"Referer": came_from})
    assert answer.status_code >= 400
    trouble = answer.content.decode().partition("wx-trouble")[2].partition('class="code"')[0]
    acts = re.findall(r'<a class="btn btn-primary" href="([^"]*)"', trouble)
    assert acts == ([leads] if leads else [])
    if leads:
        assert client.get(leads).status_code == 200
