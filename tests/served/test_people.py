"""Rights that are lifted, taken and changed while people are logged in, over the wire (A6, A9, A13, A14).

Two processes serve, each with what it remembers of the roles: what holds is asked often enough to meet both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.served.forms import forms_of
from tests.served.house import House, together
from tests.served.wire import Answer, Visitor, Wire
from weixi.testing.cast import PASSWORD

# Connections are divided among the processes by chance: so many meet both.
OFTEN = 12
PERSON = {"name": "江南", "scope": "", "leader": "", "department": "", "email": "", "phone": ""}


def settled(answers: list[Answer]) -> set[int]:
    return {answer.status for answer in answers}


def often(ask: Any) -> set[int]:
    return settled(together(lambda _turn: ask(), range(OFTEN)))


@pytest.fixture
def jiang(house: House) -> Iterator[int]:
    """The key of somebody who may be changed; he is a supervisor again afterwards, and enabled."""
    (pk,) = house.rows("SELECT id FROM organisation_user WHERE username = ?", house.known.leaver)[0]
    yield pk
    admin = house.visitor("admin")
    admin.post(reverse("person-enable", args=[pk]))
    saved = change_person(house, admin, pk, role="supervisor", scope="")
    assert saved.status == 302, saved.text


def change_person(house: House, visitor: Visitor, pk: int, **values: Any) -> Answer:
    """The person's form, as it stands, with other values."""
    path = reverse("person-edit", args=[pk])
    form = next(
        each for each in forms_of(visitor.get(path).text, path) if any(one.name == "role" for one in each.fields)
    )
    return visitor.post(path, [*((name, value) for name, value in form.pairs() if name not in values), *values.items()])


def change_role(visitor: Visitor, role: str, **values: str) -> Answer:
    """The page of a role, with some of it otherwise: `team_view="yes"` for the right `team.view`."""
    path = reverse("role", args=[role])
    form = next(
        each for each in forms_of(visitor.get(path).text, path) if any(one.name == "scope" for one in each.fields)
    )
    given = {f"right:{name.replace('_', '.')}" if name != "scope" else name: value for name, value in values.items()}
    kept = [(name, value) for name, value in form.pairs() if name not in given]
    return visitor.post(path, kept + [(name, value) for name, value in given.items() if value != "no"])


@pytest.fixture
def shipped_roles(house: House) -> Iterator[None]:
    """Every role as it is shipped, afterwards."""
    yield
    for role in {role for (role,) in house.rows("SELECT role FROM organisation_rolesetting")}:
        assert house.visitor("admin").post(reverse("role-reset", args=[role])).status in {200, 302}
    assert house.rows("SELECT count(*) FROM organisation_rolesetting") == [(0,)]


def test_nobody_lifts_himself_or_anybody_beyond_himself(house: House, shipped_roles: None) -> None:
    """A9: his own role, a right he lacks, a superset of his role, somebody higher, the administrator, one's own entry."""
    admin, manager = house.visitor("admin"), house.visitor("service_manager")
    assert change_role(admin, "service_manager", roles_manage="yes", people_manage="yes").status == 302
    assert often(lambda: manager.get(reverse("roles"))) == {200}
    keys = {who: house.world.person(who).pk for who in ("service_manager", "executive", "admin", "specialist")}
    (mark,) = house.rows("SELECT mark FROM organisation_rolesstate")[0]
    person = {"name": "x", "role": "specialist", "scope": "", "leader": "", "department": "", "email": "", "phone": ""}
    tries: list[tuple[str, dict[str, Any]]] = [
        *((reverse("role", args=[role]), {"mark": mark, f"right:{right}": "yes", "scope": "all"})
          for role in ("service_manager", "specialist", "executive", "admin")
          for right in ("audit.view", "system.manage", "exports.approve")),
        (reverse("role", args=["specialist"]), {"mark": mark, "class:sensitive": "write"}),
        (reverse("role", args=["service_manager"]), {"mark": mark, "field:bank_account": "write", "scope": "all"}),
        (reverse("role-reset", args=["admin"]), {"mark": mark}),
        (reverse("person-edit", args=[keys["admin"]]), person),
        (reverse("person-edit", args=[keys["executive"]]), person),
        (reverse("person-new"), {**person, "username": "hoch", "role": "admin", "password": "Another-Password-1"}),
        (reverse("person-new"), {**person, "username": "hoch", "scope": "all", "password": "Another-Password-1"}),
        (reverse("person-edit", args=[keys["specialist"]]), {**person, "role": "admin"}),
        (reverse("person-password", args=[keys["admin"]]), {"password": "Another-Password-1"}),
        (reverse("person-factor-reset", args=[keys["admin"]]), {}),
        (reverse("person-leave", args=[keys["admin"]]), {}),
        (reverse("person-tokens", args=[keys["admin"]]), {"name": "x", "scopes": "admin", "days": "30"}),
    ]  # fmt: skip
    with house.untouched():
        for path, form in tries:
            answer = manager.post(path, form)
            assert answer.status in {403, 404, 422} or "wx:toast" in str(answer.headers) or answer.status == 302, (
                path,
                form,
                answer.status,
            )


def test_who_leaves_is_out_within_a_second_by_every_door(house: House, jiang: int) -> None:
    """A13: two sessions, a token, the device cookie; no page opens, nothing brings him back but who may, and the old
    session and token stay dead even then."""
    admin, sessions = house.visitor("admin"), [Visitor(house.address) for _each in range(2)]
    for session in sessions:
        assert session.log_in(house.known.leaver, PASSWORD).status == 302
    made = sessions[0].post(reverse("person-tokens", args=[jiang]), {"name": "x", "scopes": "admin", "days": "30"})
    secret = next(
        word
        for word in made.text.replace("<", " ").replace(">", " ").replace('"', " ").split()
        if word.startswith("wx_")
    )
    wire = Wire(house.address, secret)
    assert wire.api("GET", "/me")[0] == 200 and sessions[1].get(reverse("today")).status == 200
    left = admin.post(reverse("person-leave", args=[jiang]), {"to": "", "reason": "x"})
    assert left.status == 302, left.text
    assert {session.get(reverse("today")).verdict for session in sessions for _turn in range(3)} == {"log in"}
    assert {wire.api("GET", "/me")[0] for _turn in range(3)} == {401}

    def opened(asked: Any) -> str:
        if asked.program:
            answer = Answer(
                *wire.ask(
                    asked.question.method,
                    asked.question.path,
                    asked.question.body or None,
                    Content_Type=asked.question.kind,
                )
            )
            return "" if answer.status in {401, 429, 413} else f"{asked}: {answer.status}"
        return "" if sessions[1].send(asked.question).verdict in {"log in", 403} else str(asked)

    anybody = {"login", "login-code", "logout", "language", "healthz"}
    with house.untouched():
        assert not [
            each
            for each in together(opened, [one for one in house.known.asked["supervisor"] if one.name not in anybody])
            if each
        ]
        back = sessions[0].post(reverse("person-enable", args=[jiang]))
        assert back.verdict in {"log in", 403}
        assert sessions[0].post("/login/", {"username": house.known.leaver, "password": PASSWORD}).status in {
            200,
            401,
            422,
            403,
            429,
        }
    assert admin.post(reverse("person-enable", args=[jiang])).status == 302
    assert sessions[1].get(reverse("today")).verdict == "log in"
    assert wire.api("GET", "/me")[0] in {401, 429}


def test_a_change_of_rights_holds_at_the_next_request_in_every_process(
    house: House, jiang: int, shipped_roles: None
) -> None:
    """A14: role, scope and leader of the person, rights and scope of the role; pages and tokens, both ways."""
    admin, session = house.visitor("admin"), Visitor(house.address)
    assert session.log_in(house.known.leaver, PASSWORD).status == 302
    made = session.post(reverse("person-tokens", args=[jiang]), {"name": "x", "scopes": "admin", "days": "30"})
    secret = next(
        word
        for word in made.text.replace("<", " ").replace(">", " ").replace('"', " ").split()
        if word.startswith("wx_")
    )
    wire, customer = Wire(house.address, secret), house.ids("customer", "specialist")

    def sees() -> tuple[set[int], set[int], set[int]]:
        """Of the team page, of the page of a customer, of the customer by token."""
        return (
            often(lambda: session.get(reverse("team"))),
            often(lambda: session.get(reverse("customer", args=[customer]))),
            often(lambda: Answer(*wire.ask("GET", f"/api/v1/customers/{customer}"))),
        )

    assert sees() == ({200}, {404}, {404})
    # The scope of the person.
    assert change_person(house, admin, jiang, scope="all").status == 302
    assert sees() == ({200}, {200}, {200})
    assert change_person(house, admin, jiang, scope="").status == 302
    assert sees() == ({200}, {404}, {404})
    # The role of the person.
    assert change_person(house, admin, jiang, role="specialist").status == 302
    assert sees() == ({403}, {404}, {404})
    assert change_person(house, admin, jiang, role="supervisor").status == 302
    # Rights and scope of the role, one after the other without a pause.
    for right, scope, seen in (("no", "all", ({403}, {200}, {200})), ("yes", "own", ({200}, {404}, {404}))):
        assert change_role(admin, "supervisor", team_view=right, scope=scope).status == 302
        assert sees() == seen
    # His leader gives away whom he leads: whose customers he sees follows from the line of leaders.
    assert change_role(admin, "supervisor", scope="team").status == 302
    specialist = house.world.person("specialist")
    leader = house.world.person("supervisor").pk
    assert change_person(house, admin, specialist.pk, leader=jiang).status == 302
    assert sees() == ({200}, {200}, {200})
    assert change_person(house, admin, specialist.pk, leader=leader).status == 302
    assert sees() == ({200}, {404}, {404})


def test_what_was_told_pinned_and_opened_is_silent_once_the_customer_is_gone(house: House) -> None:
    """A6: notices, the bell, recent and pinned items, today, plans; the customer is given and taken away, time goes on."""
    supervisor, colleague = house.visitor("supervisor"), house.visitor("colleague")
    ((pk, name),) = house.rows("SELECT id, name FROM customers_customer WHERE number = 'OWN-80'")

    def give(owner: str) -> None:
        form = {"pick": [pk], "owner": house.world.person(owner).pk, "reason": "换人"}
        assert supervisor.post(reverse("customers-bulk-assign"), form).status == 302

    def notices() -> Any:
        question = "SELECT count(*) FROM kernel_notice WHERE customer_id = ? AND person_id = ?"
        return house.rows(question, pk, house.world.person("colleague").pk)[0][0]

    names = ("notices", "palette", "today", "plan", "service-plan", "visits", "search", "customers")
    pages = [
        *map(reverse, names),
        f"{reverse('notices')}?short=1",
        f"{reverse('search')}?q=80号",
        f"{reverse('palette')}?q=80号",
    ]
    give("colleague")
    for path, key in (("palette-opened", "item"), ("palette-pin", "pin")):
        assert colleague.post(reverse(path), {key: f"customers:{pk}"}).status < 400
    told = [path for path in pages if name in colleague.get(path).text]
    assert reverse("notices") in told and reverse("palette") in told and len(told) > 4, told
    give("specialist")
    before = notices()
    house.tick()
    for path in pages:
        answer = colleague.get(path)
        assert answer.status == 200 and name not in answer.text, path
    assert notices() == before
