"""Log-in, log-out, sessions, and what strangers and scripts are answered."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError
from django.test import Client

from weixi.kernel import clock
from weixi.kernel.outbox.models import Notice
from weixi.organisation import services
from weixi.organisation.scope import viewer_of
from weixi.organisation.tests.people import PASSWORD, Company

HTMX = {"HTTP_HX_REQUEST": "true"}


def test_a_stranger_is_sent_to_the_log_in_and_back(company: Company) -> None:
    client = Client()
    away = client.get("/notices/?page=2")
    assert away["Location"] == "/login/?next=/notices/%3Fpage%3D2"
    back = client.post("/login/", {"username": "lin", "password": PASSWORD, "next": "/notices/?page=2"})
    assert back["Location"] == "/notices/?page=2"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_next_never_leaves_this_server(target: str, company: Company) -> None:
    answer = Client().post("/login/", {"username": "lin", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_the_log_in_gives_a_new_session_id(company: Company) -> None:
    client = Client()
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["weixi_session"] = session.session_key
    client.post("/login/", {"username": "lin", "password": PASSWORD})
    assert client.cookies["weixi_session"].value != session.session_key


def test_a_wrong_password_is_said_on_the_page_and_the_name_kept(company: Company) -> None:
    answer = Client().post("/login/", {"username": "lin", "password": "no"})
    assert answer.status_code == 422
    assert 'value="lin"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_after_five_failures_the_page_says_wait(company: Company) -> None:
    client = Client()
    for _ in range(5):
        client.post("/login/", {"username": "lin", "password": "no"})
    assert client.post("/login/", {"username": "lin", "password": PASSWORD}).status_code == 429


def test_logging_out_takes_a_post(lin: Client) -> None:
    assert lin.get("/logout/").status_code == 405
    assert lin.post("/logout/")["Location"] == "/login/"
    assert lin.get("/me/").status_code == 302


def test_a_new_password_ends_the_other_sessions_and_not_this_one(company: Company, lin: Client) -> None:
    other = Client()
    other.post("/login/", {"username": "lin", "password": PASSWORD})
    changed = lin.post(
        "/me/password/", {"old": PASSWORD, "password": "the hills are blue", "again": "the hills are blue"}
    )
    assert changed.status_code == 302
    assert lin.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "values", [{"old": "wrong"}, {"again": "not the same at all"}, {"password": "short", "again": "short"}]
)
def test_a_password_change_is_refused_with_the_old_wrong_or_the_new_unfit(
    values: dict[str, str], company: Company, lin: Client
) -> None:
    good = {"old": PASSWORD, "password": "the hills are blue", "again": "the hills are blue"}
    assert lin.post("/me/password/", {**good, **values}).status_code == 422
    company.lin.refresh_from_db()
    assert company.lin.check_password(PASSWORD)


def test_a_given_password_must_be_changed_first(company: Company) -> None:
    services.set_password(company.lin, "given by the admin", viewer=viewer_of(company.admin), must_change=True)
    client = Client()
    client.post("/login/", {"username": "lin", "password": "given by the admin"})
    assert client.get("/notices/")["Location"] == "/me/password/"
    assert client.get("/notices/", **HTMX)["HX-Redirect"] == "/me/password/"
    assert client.get("/me/password/").status_code == 200
    client.post(
        "/me/password/", {"old": "given by the admin", "password": "chosen by myself", "again": "chosen by myself"}
    )
    assert client.get("/notices/").status_code == 200


def test_a_script_whose_session_is_gone_gets_401_and_keeps_its_page(company: Company) -> None:
    answer = Client().post("/me/preferences/", {"theme": "dark"}, **HTMX)
    assert (answer.status_code, answer.content) == (401, b"")


def test_private_pages_are_not_kept_by_anybody(lin: Client) -> None:
    assert lin.get("/me/")["Cache-Control"] == "no-store"


def test_health_says_only_ok(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_strangers_read_chinese_until_they_choose_english(db: None) -> None:
    client = Client(HTTP_ACCEPT_LANGUAGE="en-US,en")
    assert 'lang="zh-CN"' in client.get("/login/").content.decode()
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert 'lang="en"' in client.get("/login/").content.decode()


def test_a_person_keeps_his_language_theme_and_density(company: Company, lin: Client) -> None:
    lin.post("/me/preferences/", {"language": "en", "theme": "dark", "density": "tight"})
    page = lin.get("/me/").content.decode()
    assert 'lang="en" data-theme="dark" data-density="tight"' in page
    assert lin.post("/me/preferences/", {"theme": "pink"}).status_code == 400


def test_demo_log_ins_are_shown_in_a_demo_only(company: Company, settings: object) -> None:
    assert "林知夏" not in Client().get("/login/").content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "林知夏" in Client().get("/login/").content.decode()


def test_unknown_addresses_get_a_page_with_a_way_out(lin: Client) -> None:
    answer = lin.get("/nowhere/")
    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode() and "wx-trouble" in answer.content.decode()


def test_a_busy_database_is_503_with_try_again(lin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("weixi.web.views.me.outbox.notices_of", held)
    answer = lin.get("/notices/", **HTMX)
    assert answer.status_code == 503
    assert "wx:toast" in answer["HX-Trigger"]


def test_a_fault_of_ours_in_the_database_is_not_hidden_as_busy(lin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("no such column: x")

    monkeypatch.setattr("weixi.web.views.me.outbox.notices_of", broken)
    with pytest.raises(OperationalError):
        lin.get("/notices/")


def test_a_post_without_the_token_is_refused_in_plain_words(company: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "lin", "password": PASSWORD})
    assert answer.status_code == 403
    assert "wx-trouble" in answer.content.decode()


def test_a_notice_is_read_by_opening_it_and_only_by_its_person(company: Company, lin: Client, admin: Client) -> None:
    told = Notice.objects.create(
        key="t1", person=company.lin, kind="test", url="/me/", created_at=clock.now(), params={}
    )
    assert admin.post(f"/notices/{told.pk}/").status_code == 404
    assert "wx-topbar" in lin.get("/me/").content.decode()
    assert lin.post(f"/notices/{told.pk}/")["Location"] == "/me/"
    told.refresh_from_db()
    assert told.read_at is not None


def test_the_palette_offers_only_pages_one_may_open(company: Company, lin: Client, admin: Client) -> None:
    assert "/organisation/people/" in admin.get("/search/palette/").content.decode()
    assert "/organisation/people/" not in lin.get("/search/palette/").content.decode()
    assert "“没有这个”" in lin.get("/search/palette/?q=没有这个").content.decode()


def test_the_style_guide_shows_every_component_in_both_themes(company: Company, lin: Client, admin: Client) -> None:
    assert lin.get("/styleguide/").status_code == 403
    page = admin.get("/styleguide/").content.decode()
    assert page.count('data-theme="light"') == 1 and page.count('class="wx-kit" data-theme="dark"') == 1
    for state in ("rest", "open", "mid", "soon", "late", "pause", "done"):
        assert page.count(f'<span class="wx-ring {state} "') >= 2, state


def test_pages_carry_no_inline_style_or_script(company: Company, admin: Client) -> None:
    for path in ("/styleguide/", "/me/", "/organisation/people/", "/login/"):
        page = admin.get(path, follow=True).content.decode()
        assert " style=" not in page and "onclick" not in page
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))
