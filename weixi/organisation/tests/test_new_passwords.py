"""The policy's rules for passwords hold at every door where one is chosen or given."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from weixi.kernel import clock
from weixi.kernel.errors import Invalid
from weixi.organisation import new_passwords, services
from weixi.organisation.models import User
from weixi.organisation.scope import viewer_of
from weixi.organisation.tests.conftest import logged_in
from weixi.organisation.tests.people import PASSWORD, Company
from weixi.project import cli
from weixi.testing.policies import policy_with

STRICT = {"security.passwords.composition_rules": True, "security.passwords.length_from": 12}


def refused(password: str, user: User) -> str:
    with pytest.raises(Invalid) as refusal:
        services.set_password(user, password, viewer=viewer_of(user))
    return str(refusal.value.fields["password"])


def test_a_shorter_length_of_the_policy_is_not_overruled_by_the_program(company: Company) -> None:
    policy_with({"security.passwords.length_from": 8})
    services.set_password(company.lin, "river-42", viewer=viewer_of(company.lin))
    assert company.lin.check_password("river-42")
    assert "8" in refused("river-7", company.lin)


@pytest.mark.parametrize(
    ("password", "kinds"),
    [("abcdefgh", 1), ("Abcdefgh", 2), ("Abcdefg1", 3), ("Abcdef1-", 4), ("河流ab12", 3), ("ÄÖÜäöü١٢", 3)],
)
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert new_passwords.kinds_in(password) == kinds


def test_composition_is_asked_only_where_the_policy_says_so(company: Company) -> None:
    policy_with({})
    services.set_password(company.lin, "another quiet river", viewer=viewer_of(company.lin))
    assert company.lin.check_password("another quiet river")


def test_every_door_asks_the_same(company: Company, admin: Client, lin: Client, capsys) -> None:
    policy_with(STRICT)
    weak, page = "nothing but small", None
    said = "小写字母"
    form = {"old": PASSWORD, "password": weak, "again": weak}
    page = lin.post(reverse("password"), form)
    assert (page.status_code, said in page.content.decode()) == (422, True)
    page = admin.post(reverse("person-password", args=[company.lin.pk]), {"password": weak})
    assert (page.status_code, said in page.content.decode()) == (422, True)
    new = {"username": "shen", "name": "沈亦舟", "role": "specialist", "password": weak}
    page = admin.post(reverse("person-new"), new)
    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert cli.main(["user", "add", "shen", "--role", "specialist", "--password", weak]) == 1
    assert said in capsys.readouterr().err
    with pytest.raises(ValidationError):
        validate_password(weak, company.lin)
    assert not User.objects.filter(username="shen").exists()
    assert company.lin.check_password(PASSWORD)


def test_the_forms_say_the_rules_before_they_refuse(company: Company, admin: Client, lin: Client) -> None:
    policy_with({**STRICT, "security.passwords.changed_every": "P90D"})
    for browser, url in (
        (lin, reverse("password")),
        (admin, reverse("person-new")),
        (admin, reverse("person-password", args=[company.lin.pk])),
    ):
        page = browser.get(url).content.decode()
        assert "12" in page and "小写字母" in page and "90 天" in page


def test_common_ones_are_refused_unless_the_policy_lets_them(company: Company) -> None:
    policy_with({"security.passwords.length_from": 8})
    assert refused("baseball1", company.lin)


def test_common_ones_are_let_through_where_the_policy_says_so(company: Company) -> None:
    policy_with({"security.passwords.length_from": 8, "security.passwords.common_refused": False})
    services.set_password(company.lin, "baseball1", viewer=viewer_of(company.lin))
    assert company.lin.check_password("baseball1")


def test_a_password_like_the_person_is_refused(company: Company) -> None:
    services.change_user(company.lin, viewer=viewer_of(company.admin), email="linzhixia1986@example.com")
    assert refused("linzhixia1986@", company.lin)


def test_what_the_command_line_makes_up_fits_the_rules(company: Company, capsys, monkeypatch) -> None:
    policy_with({**STRICT, "security.passwords.length_from": 30, "security.passwords.kinds_from": 4})
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert cli.main(["user", "add", "shen", "--role", "specialist"]) == 0
    made = capsys.readouterr().out.rsplit("：", 1)[-1].strip()
    shen = User.objects.get(username="shen")
    assert shen.check_password(made) and shen.must_change_password
    assert len(made) >= 30 and new_passwords.kinds_in(made) == 4


def test_a_new_password_is_another_one(company: Company) -> None:
    policy_with({})
    assert "现在的密码" in refused(PASSWORD, company.lin)


def test_a_password_that_grew_old_is_changed_before_anything_else(company: Company) -> None:
    policy_with({"security.passwords.changed_every": "P90D", "security.sessions.lasts_at_most": "P900D"})
    with clock.at(clock.now() + timedelta(days=89)):
        assert logged_in(company.lin).get(reverse("customers")).status_code == 200
    with clock.at(clock.now() + timedelta(days=90, hours=1)):
        browser = logged_in(company.lin)
        answer = browser.get(reverse("customers"))
        assert (answer.status_code, answer["Location"]) == (302, reverse("password"))
        page = browser.get(reverse("password")).content.decode()
        assert "90 天" in page
        form = {"old": PASSWORD, "password": "the river at dusk", "again": "the river at dusk"}
        assert browser.post(reverse("password"), form).status_code == 302
        assert browser.get(reverse("customers")).status_code == 200
        company.lin.refresh_from_db()
        assert new_passwords.change_due(company.lin) == ""


def test_a_password_never_grows_old_where_the_policy_names_no_time(company: Company) -> None:
    policy_with({})
    with clock.at(clock.now() + timedelta(days=4000)):
        assert new_passwords.change_due(company.lin) == ""
