"""A form of a page that is sent again does nothing a second time (A47)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from weixi.customers.importing.models import ImportRun
from weixi.customers.models import Attachment, Customer
from weixi.kernel import clock
from weixi.kernel.once import forms
from weixi.kernel.once.claims import KEPT, LEASE
from weixi.kernel.once.models import SentForm
from weixi.organisation.models import ApiToken

pytestmark = pytest.mark.django_db
FORM = {
    "csrfmiddlewaretoken": "t" * 64,
    "name": "青禾纺织有限公司",
    "kind": "company",
    "reach": "direct",
    "lifecycle": "prospect",
}


def send(client: Client, *, address: str = "customer-new", **values: Any) -> Any:
    htmx = values.pop("htmx", False)
    headers = {"HX-Request": "true", "HX-Target": "wx-panel-content"} if htmx else {}
    return client.post(reverse(address), urlencode(FORM | values), content_type=forms.FORM, headers=headers)


def number() -> int:
    return Customer.objects.filter(name__startswith="青禾").count()


@pytest.mark.parametrize("htmx", [False, True])
def test_the_same_form_makes_one_and_says_the_same(cast: Any, client_as: Any, htmx: bool) -> None:
    client = client_as(cast.specialist)
    first, again = send(client, htmx=htmx), send(client, htmx=htmx)
    assert first.status_code == again.status_code == (204 if htmx else 302)
    for head in ("Location", "HX-Redirect"):
        assert first.headers.get(head) == again.headers.get(head)
    assert ("HX-Trigger" in first) == ("HX-Trigger" in again)
    assert number() == 1
    # What people typed is not kept.
    assert not [value for row in SentForm.objects.values() for value in row.values() if "青禾" in str(value)]


def test_another_rendering_and_another_person_make_another(cast: Any, client_as: Any) -> None:
    for person, token in ((cast.specialist, "a"), (cast.specialist, "b"), (cast.colleague, "a")):
        assert send(client_as(person), csrfmiddlewaretoken=token * 64).status_code == 302
    assert number() == 3


def test_what_was_refused_is_not_kept(cast: Any, client_as: Any) -> None:
    client = client_as(cast.specialist)
    assert [send(client, name="").status_code for _turn in range(2)] == [422, 422]
    assert not SentForm.objects.exists()
    assert send(client).status_code == 302 and number() == 1


def test_a_dead_process_leaves_no_form_for_ever(cast: Any, client_as: Any, monkeypatch: Any, moved_clock: Any) -> None:
    """Claimed and never answered: told to wait, and after the lease done."""
    moved_clock("2026-03-02T09:00:00+08:00")
    client = client_as(cast.specialist)
    assert send(client).status_code == 302
    SentForm.objects.update(status=0)
    Customer.objects.filter(name__startswith="青禾").update(name="换了名字")
    monkeypatch.setattr(forms, "WAIT_SECONDS", 0.0)
    assert send(client).status_code == 409 and number() == 0
    moved_clock(clock.now() + LEASE + timedelta(seconds=1))
    assert send(client).status_code == 302 and number() == 1


def test_forms_are_forgotten(cast: Any, client_as: Any, moved_clock: Any) -> None:
    moved_clock("2026-03-02T09:00:00+08:00")
    send(client_as(cast.specialist))
    assert forms.forget_old() == 0
    moved_clock(clock.now() + KEPT + timedelta(seconds=1))
    assert forms.forget_old() == 1


def bring(client: Client, content: str, token: str = "t" * 64) -> Any:
    file = SimpleUploadedFile("客户.csv", content.encode())
    return client.post(reverse("import-new"), {"csrfmiddlewaretoken": token, "kind": "customers", "file": file})


def test_the_same_file_sent_again_is_the_same_import(cast: Any, client_as: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_as(cast.data_steward)
    first, again = bring(client, "客户名称\n青禾纺织\n"), bring(client, "客户名称\n青禾纺织\n")
    assert first.status_code == again.status_code == 302 and first["Location"] == again["Location"]
    # Of the second one nothing stays on the disk either.
    assert ImportRun.objects.count() == len(list((tmp_path / "imports").iterdir())) == 1
    # The form as before with another file, and the form opened anew, are others.
    assert bring(client, "客户名称\n青禾纺织厂\n")["Location"] != first["Location"]
    assert bring(client, "客户名称\n青禾纺织\n", token="u" * 64)["Location"] != first["Location"]
    assert ImportRun.objects.count() == 3


def test_a_file_that_is_refused_can_be_sent_again(cast: Any, client_as: Any) -> None:
    client = client_as(cast.data_steward)
    assert [bring(client, "").status_code for _turn in range(2)] == [422, 422]
    assert not SentForm.objects.exists() and not ImportRun.objects.exists()


def test_a_token_is_made_once_and_its_secret_is_not_shown_again(cast: Any, client_as: Any) -> None:
    client, address = client_as(cast.specialist), reverse("person-tokens", args=[cast.specialist.pk])
    sent = {"csrfmiddlewaretoken": "t" * 64, "name": "报表", "scopes": "read", "days": "30"}
    first = client.post(address, urlencode(sent), content_type=forms.FORM)
    (secret,) = re.findall(r'id="secret">([^<]+)<', first.content.decode())
    assert first.status_code == 201
    again = client.post(address, urlencode(sent), content_type=forms.FORM)
    assert (again.status_code, again["Location"]) == (302, address)
    page = client.get(address).content.decode()
    assert secret not in page and "已经生成过" in page
    assert ApiToken.objects.filter(user=cast.specialist).count() == 1
    assert not [value for row in SentForm.objects.values() for value in row.values() if secret in str(value)]


def test_files_sent_again_are_attached_once_and_the_refused_one_may_come_again(cast: Any, client_as: Any) -> None:
    customer = cast.customer_of("specialist")
    url, client = reverse("attachment-add", args=[customer.pk]), client_as(cast.specialist)

    def bring(token: str, *files: tuple[str, bytes]) -> int:
        given = [SimpleUploadedFile(name, content) for name, content in files]
        form = {"csrfmiddlewaretoken": token * 64, "about": "", "file": given}
        return int(client.post(url, form).status_code)

    def attached() -> list[str]:
        return sorted(Attachment.objects.values_list("name", flat=True))

    good, bad = ("a.txt", b"one"), ("b.html", b"<!DOCTYPE html><script>alert(1)</script>")
    for _turn in range(2):
        assert bring("t", good, bad) == 422
        assert attached() == ["a.txt"]
    # Equal files of one form are two, and so is the same one in a form opened anew.
    for _turn in range(2):
        assert bring("u", good, good) == 302
        assert attached() == ["a.txt"] * 3
