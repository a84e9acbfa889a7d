from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden
from weixi.kernel.events.models import Event
from weixi.organisation import passwords, services
from weixi.organisation.enums import Role
from weixi.organisation.factor import codes
from weixi.organisation.factor import services as factor
from weixi.organisation.factor.models import RecoveryCode, SecondFactor
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import viewer_of
from weixi.organisation.tests.people import PASSWORD, Company

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HERE = "10.0.0.9"


def code_at(user: User, moment: datetime) -> str:
    return pyotp.TOTP(codes.secret_of(SecondFactor.objects.get(user=user).seed)).at(moment)


def set_up(user: User, moment: datetime = START) -> list[str]:
    with clock.at(moment):
        proposal = factor.begin(user, PASSWORD, viewer=viewer_of(user), source=HERE)
        first = pyotp.TOTP(codes.secret_of(factor.seed_of(user, proposal))).at(moment)
        return factor.confirm(user, proposal, first, viewer=viewer_of(user), source=HERE)


def said(user: User) -> list[str]:
    found = Event.objects.filter(type__startswith="factor.", subject_id=str(user.pk)).order_by("seq")
    return [event.type for event in found]


def with_password(user: User) -> tuple[Client, Any]:
    browser = Client()
    return browser, browser.post(reverse("login"), {"username": user.username, "password": PASSWORD})


def test_nothing_that_makes_codes_stands_in_the_tables(company: Company) -> None:
    made = set_up(company.lin)
    kept = SecondFactor.objects.get(user=company.lin)
    assert codes.secret_of(kept.seed) not in str(vars(kept))
    digests = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(made) == len(set(made)) == codes.RECOVERY_CODES
    assert not any(code in digests for code in made)


def test_setting_up_asks_for_the_password_and_a_first_code(company: Company) -> None:
    with pytest.raises(passwords.WrongLogin):
        factor.begin(company.lin, "wrong", viewer=viewer_of(company.lin), source=HERE)
    with clock.at(START):
        proposal = factor.begin(company.lin, PASSWORD, viewer=viewer_of(company.lin), source=HERE)
        with pytest.raises(factor.WrongCode):
            factor.confirm(company.lin, proposal, "000000", viewer=viewer_of(company.lin), source=HERE)
    company.lin.refresh_from_db()
    assert company.lin.factor_since is None


def test_a_proposal_made_for_somebody_else_is_worth_nothing(company: Company) -> None:
    proposal = factor.begin(company.lin, PASSWORD, viewer=viewer_of(company.lin), source=HERE)
    with pytest.raises(Exception, match=r"too old|过期"):
        factor.seed_of(company.admin, proposal)


def test_a_code_is_taken_once(company: Company) -> None:
    set_up(company.lin)
    later = START + timedelta(minutes=5)
    with clock.at(later):
        code = code_at(company.lin, later)
        factor.check_code(company.lin, code, source=HERE)
        with pytest.raises(factor.WrongCode):
            factor.check_code(company.lin, code, source=HERE)


def test_the_code_of_the_set_up_does_not_log_in(company: Company) -> None:
    set_up(company.lin)
    with clock.at(START), pytest.raises(factor.WrongCode):
        factor.check_code(company.lin, code_at(company.lin, START), source=HERE)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "0x1234", "AAAAA-AAAAA", "٠١٢٣٤٥"])
def test_what_is_no_code_is_refused(company: Company, code: str) -> None:
    set_up(company.lin)
    with clock.at(START + timedelta(hours=1)), pytest.raises(factor.WrongCode):
        factor.check_code(company.lin, code, source=HERE)


def test_an_old_code_is_refused(company: Company) -> None:
    set_up(company.lin)
    now = START + timedelta(hours=1)
    with clock.at(now), pytest.raises(factor.WrongCode):
        factor.check_code(company.lin, code_at(company.lin, now - timedelta(seconds=90)), source=HERE)


def test_a_recovery_code_is_taken_once_however_it_is_typed(company: Company) -> None:
    made = set_up(company.lin)
    factor.check_code(company.lin, f" {made[0].lower().replace('-', ' ')} ", source=HERE)
    with pytest.raises(factor.WrongCode):
        factor.check_code(company.lin, made[0], source=HERE)
    assert factor.codes_left(company.lin) == len(made) - 1
    assert said(company.lin) == ["factor.set_up", "factor.recovery_used"]


def test_guessing_is_stopped_by_source_and_then_by_account(company: Company) -> None:
    set_up(company.lin)
    limit, crowd = passwords.rules().failures_per_pair, passwords.rules().failures_per_account
    later = START + timedelta(hours=1)
    with clock.at(later):
        for _try in range(limit):
            with pytest.raises(factor.WrongCode):
                factor.check_code(company.lin, "000001", source=HERE)
        with pytest.raises(passwords.TooManyAttempts):
            factor.check_code(company.lin, code_at(company.lin, later), source=HERE)
        for place in range(crowd - limit):
            with pytest.raises(factor.WrongCode):
                factor.check_code(company.lin, "000001", source=f"10.1.0.{place}")
        with pytest.raises(passwords.TooManyAttempts):
            factor.check_code(company.lin, code_at(company.lin, later), source="10.9.9.9")
        # Somebody who guesses codes keeps nobody else out.
        set_up(company.admin, later)
    with clock.at(later + timedelta(minutes=1)) as _moved:
        factor.check_code(company.admin, code_at(company.admin, later + timedelta(minutes=1)), source="10.3.3.3")


def test_two_log_ins_with_one_code_let_one_in(company: Company) -> None:
    set_up(company.lin)
    later = START + timedelta(hours=1)
    code = code_at(company.lin, later)
    with clock.at(later):
        assert factor._take_digits(company.lin, code)
        assert not factor._take_digits(company.lin, code)


# --- pages ------------------------------------------------------------------------------------------


def test_the_password_alone_opens_no_page(company: Company) -> None:
    set_up(company.lin)
    browser, answer = with_password(company.lin)
    assert answer["Location"].startswith(reverse("login-code"))
    assert browser.get(reverse("today"))["Location"].startswith(reverse("login"))
    assert browser.post(reverse("second-factor-remove"), {"password": PASSWORD}).status_code == 302
    assert User.objects.get(pk=company.lin.pk).factor_since is not None


def test_the_code_finishes_the_log_in_and_goes_where_one_wanted(company: Company) -> None:
    made = set_up(company.lin)
    browser, _answer = with_password(company.lin)
    before = browser.session.session_key
    assert browser.post(reverse("login-code"), {"code": "000000"}).status_code == 422
    answer = browser.post(reverse("login-code"), {"code": made[0], "next": "/customers/"})
    assert answer["Location"] == "/customers/"
    assert browser.session.session_key != before
    assert browser.get(reverse("today")).status_code == 200


def test_the_second_step_leads_nowhere_else(company: Company) -> None:
    made = set_up(company.lin)
    browser, _answer = with_password(company.lin)
    assert browser.post(reverse("login-code"), {"code": made[0], "next": "//evil.test/"})["Location"] == "/"


def test_without_the_password_there_is_no_second_step(company: Company) -> None:
    made = set_up(company.lin)
    answer = Client().post(reverse("login-code"), {"code": made[0]})
    assert answer["Location"].startswith(reverse("login"))
    assert factor.codes_left(company.lin) == len(made)


def test_the_second_step_ends_with_time_and_with_the_person(company: Company) -> None:
    made = set_up(company.lin)
    browser, _answer = with_password(company.lin)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert browser.post(reverse("login-code"), {"code": made[0]})["Location"].startswith(reverse("login") + "?")
    browser, _answer = with_password(company.lin)
    services.disable_user(company.lin, viewer=viewer_of(company.admin))
    assert browser.post(reverse("login-code"), {"code": made[0]})["Location"].startswith(reverse("login") + "?")


def test_setting_up_by_page_ends_other_sessions_and_keeps_this_one(company: Company) -> None:
    here, _answer = with_password(company.lin)
    there, _answer = with_password(company.lin)
    page = here.post(reverse("second-factor-begin"), {"password": PASSWORD})
    proposal = page.context["proposal"]
    assert b"<svg" in page.content
    assert b"style=" not in page.content.split(b"<svg", 1)[1].split(b"</svg>", 1)[0]
    code = pyotp.TOTP(codes.secret_of(factor.seed_of(company.lin, proposal))).at(clock.now())
    done = here.post(reverse("second-factor-confirm"), {"proposal": proposal, "code": code})
    made = done.context["codes"].split("\n")
    # One to a line, to be copied and printed.
    assert len(made) == codes.RECOVERY_CODES and done.context["codes"] in done.content.decode()
    assert here.get(reverse("today")).status_code == 200
    assert there.get(reverse("today")).status_code == 302
    assert made[0] not in here.get(reverse("second-factor")).content.decode()


def test_changing_and_removing_ask_for_the_password(company: Company) -> None:
    made = set_up(company.lin)
    browser, _answer = with_password(company.lin)
    browser.post(reverse("login-code"), {"code": made[0]})
    for name in ("second-factor-begin", "second-factor-codes", "second-factor-remove"):
        assert browser.post(reverse(name), {"password": "wrong"}).status_code == 422
    assert User.objects.get(pk=company.lin.pk).factor_since is not None
    browser.post(reverse("second-factor-remove"), {"password": PASSWORD})
    assert User.objects.get(pk=company.lin.pk).factor_since is None
    assert said(company.lin)[-1] == "factor.removed"


def test_a_role_may_demand_it(company: Company) -> None:
    browser, _answer = with_password(company.lin)
    change_role(company.lin.role, {"factor": "yes"}, viewer=viewer_of(company.admin))
    assert browser.get(reverse("today"))["Location"] == reverse("second-factor")
    assert browser.get(reverse("second-factor")).status_code == 200
    lin = User.objects.get(pk=company.lin.pk)
    with pytest.raises(Conflict):
        services.create_token(lin, viewer=viewer_of(lin))
    set_up(lin)
    with pytest.raises(Forbidden):
        factor.remove(lin, PASSWORD, viewer=viewer_of(lin), source=HERE)
    assert services.create_token(lin, viewer=viewer_of(lin))[1]


def test_a_token_of_before_goes_on(company: Company) -> None:
    _token, secret = services.create_token(company.lin, viewer=viewer_of(company.lin))
    set_up(company.lin)
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 200


def test_an_administrator_resets_it_and_sessions_end(company: Company) -> None:
    made = set_up(company.lin)
    browser, _answer = with_password(company.lin)
    browser.post(reverse("login-code"), {"code": made[0]})
    with pytest.raises(Forbidden):
        factor.reset(company.lin, viewer=viewer_of(company.lin))
    factor.reset(User.objects.get(pk=company.lin.pk), viewer=viewer_of(company.admin))
    assert browser.get(reverse("today")).status_code == 302
    assert said(company.lin)[-1] == "factor.reset"
    assert not RecoveryCode.objects.filter(user=company.lin).exists()
    _browser, answer = with_password(company.lin)
    assert answer["Location"] == "/"


def test_nobody_resets_his_own_nor_that_of_somebody_above(company: Company) -> None:
    set_up(company.admin)
    with pytest.raises(Forbidden):
        factor.reset(company.admin, viewer=viewer_of(company.admin))
    User.objects.filter(pk=company.lin.pk).update(role=Role.SERVICE_MANAGER)
    with pytest.raises(Forbidden):
        factor.reset(company.admin, viewer=viewer_of(User.objects.get(pk=company.lin.pk)))
