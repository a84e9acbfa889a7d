from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from weixi.kernel import clock
from weixi.kernel.errors import Invalid
from weixi.organisation import passwords, services
from weixi.organisation.models import LoginFailure
from weixi.organisation.scope import viewer_of
from weixi.organisation.tests.people import PASSWORD, Company

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def attempt(name: str, password: str, source: str = "10.0.0.9", device: str = "") -> object:
    return passwords.log_in_user(RequestFactory().post("/login/"), name, password, source=source, device=device)


def fail(times: int, name: str = "Lin", source: str = "10.0.0.9") -> None:
    for _ in range(times):
        with pytest.raises(passwords.WrongLogin):
            attempt(name, "wrong", source)


def test_the_name_is_found_whatever_its_case(company: Company) -> None:
    assert attempt("  lin ", PASSWORD) == company.lin


def test_an_unknown_name_and_a_wrong_password_answer_alike(company: Company) -> None:
    said = []
    for name in ("Lin", "nobody"):
        with pytest.raises(passwords.WrongLogin) as refused:
            attempt(name, "wrong")
        said.append((str(refused.value), refused.value.status, refused.value.code))
    assert said[0] == said[1]


def test_a_disabled_person_is_told_the_same_as_a_stranger(company: Company) -> None:
    services.disable_user(company.lin, viewer=viewer_of(company.admin))
    with pytest.raises(passwords.WrongLogin):
        attempt("Lin", PASSWORD)


def test_five_failures_of_one_source_make_the_account_wait_there_and_only_there(company: Company) -> None:
    with clock.at(START):
        fail(5)
        with pytest.raises(passwords.TooManyAttempts):
            attempt("Lin", PASSWORD)
        assert attempt("Lin", PASSWORD, "10.0.0.77") == company.lin
    with clock.at(START + timedelta(minutes=15, seconds=1)):
        assert attempt("Lin", PASSWORD) == company.lin


def test_an_attempt_that_has_to_wait_is_not_counted(company: Company) -> None:
    with clock.at(START):
        fail(5)
        for _ in range(3):
            with pytest.raises(passwords.TooManyAttempts):
                attempt("Lin", "wrong")
        assert LoginFailure.objects.count() == 5


def test_one_source_that_tries_many_names_has_to_wait(company: Company) -> None:
    with clock.at(START):
        for number in range(passwords.rules().failures_per_source):
            fail(1, name=f"guess{number}")
        with pytest.raises(passwords.TooManyAttempts):
            attempt("Lin", PASSWORD)


def test_a_crowd_guessing_one_account_cannot_keep_its_owner_out(company: Company) -> None:
    with clock.at(START):
        device = passwords.device_cookie(company.admin)
        for number in range(passwords.rules().failures_per_account):
            fail(1, name="root", source=f"10.1.0.{number}")
        with pytest.raises(passwords.TooManyAttempts):
            attempt("root", PASSWORD, "10.9.9.9")
        assert attempt("root", PASSWORD, "10.9.9.9", device) == company.admin
    with clock.at(START + timedelta(seconds=passwords.rules().pause_seconds + 1)):
        assert attempt("root", PASSWORD, "10.9.9.9") == company.admin


def test_a_device_cookie_is_worth_nothing_for_another_account_or_when_forged(company: Company) -> None:
    cookie = passwords.device_cookie(company.lin)
    assert not passwords.device_fits(cookie, passwords.account_key("root"))
    assert not passwords.device_fits(cookie[:-2] + "xx", passwords.account_key("Lin"))


def test_failures_are_kept_without_what_was_typed(company: Company) -> None:
    with pytest.raises(passwords.WrongLogin):
        attempt("my secret password", "x")
    assert "secret" not in LoginFailure.objects.get().account


def test_the_policy_can_say_the_rules(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_source", [lambda: passwords.SecurityRules(password_length=24)])
    with pytest.raises(Invalid) as refused:
        services.set_password(company.lin, "twenty-three characters", viewer=viewer_of(company.lin))
    assert "24" in str(refused.value)
