"""What stands in bodies and forms, over the wire: foreign keys, other types, fields nobody offered (A2, A7, A8, A10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from jsonschema_rs import Draft202012Validator

from tests.security.matrix.asking import PATHS, Question
from tests.security.test_attacks_api import CONFUSED, EVIL
from tests.served.forms import Form, forms_of
from tests.served.house import Asked, House, together
from tests.served.wire import Answer
from weixi.customers.acts.kinds import KINDS
from weixi.integrations.docs import openapi_document

# A number or word of a body that names an object -> its kind. Numbers that are only numbers stand below.
NAMES = {
    "customer_id": "customer", "contact_id": "contact", "through_id": "customer", "renews_id": "contract",
    "reports_to_id": "contact", "influences": "contact", "into": "customer", "loser": "contact", "winner": "contact",
    "view_id": "view", "subject": "followup", "key": "duty",
}  # fmt: skip
NUMBERS = {"version", "into_version", "minutes", "expected"}
Place = tuple[str, ...]


def schema_of(asked: Asked) -> dict[str, Any] | None:
    """The schema of an operation's body; None where it takes none or a file."""
    operation = openapi_document()["paths"][PATHS[asked.name, asked.question.method]][asked.question.method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    return _followed(content["application/json"]["schema"]) if "application/json" in content else None


def _followed(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return openapi_document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def places(schema: dict[str, Any], at: Place = ()) -> Iterator[tuple[Place, str]]:
    """(way to it, type) of every leaf of a body; `[]` stands for an item of a list."""
    schema = _followed(schema)
    for part in schema.get("anyOf", ()):
        yield from places(part, at)
    if "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from places(inner, (*at, name))
    elif schema.get("type") == "array":
        yield from places(schema["items"], (*at, "[]"))
    elif schema.get("type") not in {None, "null"}:
        yield at, schema["type"]


def put(body: Any, place: Place, value: Any, beside: list[Any]) -> Any:
    """The body with this value there; lists on the way keep what is `beside` it."""
    if not place:
        return value
    if place[0] == "[]":
        return [*(beside if place == ("[]",) else []), put({}, place[1:], value, beside)]
    return {**(body if isinstance(body, dict) else {}), place[0]: put({}, place[1:], value, beside)}


def writes(house: House, role: str) -> list[Asked]:
    """The operations with a body that this person may do with the specialist's objects."""
    lines = [each for each in house.known.asked[role] if each.program and each.question.method != "GET"]
    return [each for each in lines if each.passes and each.owner == "specialist" and schema_of(each) is not None]


def send(house: House, role: str, question: Question) -> Answer:
    return Answer(
        *house.wire(role).ask(question.method, question.path, question.body or None, Content_Type=question.kind)
    )


def with_body(asked: Asked, body: Any) -> Question:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Question(asked.question.method, asked.question.path, content, "application/json")


@pytest.mark.parametrize("role", ["specialist", "supervisor"])
def test_a_foreign_key_anywhere_in_a_body_refuses_the_whole(house: House, role: str) -> None:
    """A2: every field of every operation that names an object, nested ones and lists of own ones included."""
    tries = []
    for asked in writes(house, role):
        own = json.loads(asked.question.body or b"{}")
        for place, kind in places(schema_of(asked) or {}):
            name = next(part for part in reversed(place) if part != "[]")
            if kind == "integer" and name not in NAMES:
                assert name in NUMBERS, f"{asked.name}: does {place} name an object? Say so in NAMES or NUMBERS"
                continue
            if name not in NAMES or (name == "key" and asked.name != "waive_period"):
                continue
            foreign = _named(house, name, "outsider")
            body = put(own, place, foreign, [_named(house, name, "specialist")])
            if name in {"loser", "winner"}:
                body["people"] = [{"loser": foreign, "winner": _named(house, name, "specialist"), name: foreign}]
            if name == "subject":
                body["evidence"] = [{"type": "followup.done", "subject": foreign}]
            tries.append((asked, place, with_body(asked, body)))
    with house.untouched():
        answers = [(asked, place, send(house, role, question)) for asked, place, question in tries]
    said = [f"{asked} {place}: {answer.status} {answer.body[:150]!r}" for asked, place, answer in answers
            if answer.status not in {400, 403, 404, 409}]  # fmt: skip
    assert not said
    assert len(tries) > 5


def _named(house: House, name: str, owner: str) -> Any:
    pk = house.ids(NAMES[name], owner)
    if name == "subject":
        return f"followup:{pk}"
    if name == "key":
        return house.rows("SELECT key FROM duties_duty WHERE id = ?", pk)[0][0]
    return pk


def own_customers(house: House, number: int = 99) -> list[int]:
    found = house.rows("SELECT id FROM customers_customer WHERE number LIKE 'OWN-%' ORDER BY id LIMIT ?", number - 3)
    return [*(pk for (pk,) in found), house.ids("customer", "specialist"), house.ids("twin", "specialist")]


def test_one_foreign_among_a_hundred_own_refuses_the_whole(house: House) -> None:
    """A2: every act on the chosen of the list, and what else takes several; whole, and with the foreign one first."""
    supervisor, foreign = house.visitor("supervisor"), house.ids("customer", "outsider")
    colleague = house.world.person("colleague").pk
    given = {"tag": "名牌", "tag_text": "名牌", "owner": colleague, "reason": "x", "why": "x", "visit_why": "x",
             "lifecycle": "loyal", "field": "city", "value": "无锡"}  # fmt: skip
    doors = [reverse("customers-bulk", args=[act]) for act in KINDS]
    doors += [reverse("customers-bulk-tag"), reverse("customers-bulk-assign")]
    with house.untouched():
        for pick in ([*own_customers(house), foreign], [foreign, *own_customers(house)]):
            for door in doors:
                answer = supervisor.post(door, {**given, "pick": pick})
                assert answer.status in {403, 404}, (door, answer.status)


def test_all_that_match_is_all_that_is_seen(house: House) -> None:
    """A2: "all of the list" with an address that asks for everybody else's."""
    supervisor, foreign = house.visitor("supervisor"), house.ids("customer", "outsider")
    owner = house.world.person("outsider")
    before, rows = house.pointing_at("outsider"), "SELECT * FROM customers_customer WHERE id = ?"
    kept = house.rows(rows, foreign)
    for query in (
        f"owner={owner.pk}",
        "owner=zhou",
        "q=wxforeign",
        "where=name:wxforeign",
        f"pk={foreign}",
        "scope=all",
    ):
        form = {"whole": "1", "query": query, "field": "remark", "value": "x"}
        answer = supervisor.post(reverse("customers-bulk", args=["set"]), form)
        assert answer.status in {200, 302, 400, 404, 422}, (query, answer.status)
    house.do_the_jobs()
    assert house.pointing_at("outsider") == before
    assert house.rows(rows, foreign) == kept


# Sent beside what a form offers: columns of the models, and names of other systems' exploits.
UNOFFERED = {
    "id": "999", "pk": "999", "owner_id": "$user", "co_owner_id": "$user", "created_by": "$user", "created_at": "2001-01-01",
    "is_staff": "1", "is_superuser": "1", "is_active": "0", "role": "admin", "scope": "all", "rights": "roles.manage",
    "status": "approved", "state": "approved", "approved_by": "$user", "needs_approval": "", "amount_approved": "1",
    "consent_at": "2001-01-01", "archived_at": "", "merged_into": "$customer", "customer_id": "$customer", "customer": "$customer",
    "contact": "$contact", "contact_id": "$contact", "grade": "high", "grade_id": "1", "session_epoch": "99", "rights_mark": "x",
    "_state": "x", "__class__": "x", "person": "$user", "user": "$user", "recorded_by": "$user", "requested_by": "$user",
    "owner.role": "admin", "owner[role]": "admin",
}  # fmt: skip
# What no form of a page may change, by table.
LOCKED = {
    "organisation_user": "id, username, password, role, scope, is_superuser, is_staff, is_active, leader_id, department_id, "
    "session_epoch, rights_mark, factor_since",
    "organisation_rolesetting": "*",
    "organisation_apitoken": "id, user_id, scopes, revoked_at",
    "customers_customer": "id, owner_id, co_owner_id, created_at, archived_at, grade",
    "customers_exportrun": "id, state, needs_approval, requested_by_id",
    "policy_policyversion": "id, state, text",
    "grading_gradingrun": "id, state",
    "customers_importrun": "id, created_by_id",
}
# Their forms do change what is locked, or end what the next form needs.
OTHERWISE = {"password", "customer-archive", "customer-owner", "customer-co-owner", "person-tokens", "import-new", "import-undo",
             "second-factor", "export-new", "login", "login-code", "customers-hand-over", "customers-merge"}  # fmt: skip


def locked(house: House) -> dict[str, dict[Any, Any]]:
    """The rows that stand there now, with the columns that stay."""
    found = {}
    for table, columns in LOCKED.items():
        there = {name for _n, name, *_rest in house.rows(f"PRAGMA table_info({table})")}
        names = [name for name in columns.split(", ") if name == "*" or name in there]
        found[table] = {row[0]: row for row in house.rows(f"SELECT {', '.join(names)} FROM {table}")}
    return found


def open_forms(house: House, role: str) -> Iterator[Form]:
    """Every form of the pages this person may open for the specialist's objects, once per address it is sent to."""
    known: set[str] = set()
    for asked in house.known.asked[role]:
        if asked.program or not asked.passes or asked.question.method != "GET" or asked.name in OTHERWISE:
            continue
        if asked.owned and asked.owner != "specialist":
            continue
        page = house.visitor(role).get(asked.question.path)
        for form in forms_of(page.text, asked.question.path):
            path = form.action.split("?")[0]
            if path.startswith("/logout") or path in known or asked.question.path.split("?")[0] != path:
                continue
            known.add(path)
            yield form


def test_no_form_takes_foreign_keys_or_what_it_did_not_offer(house: House) -> None:
    """A2, A7, A8: each field that names something names what is foreign, alone and twice, and all that was not offered
    stands beside it; afterwards nothing more points at foreign objects, and nobody's rights, owners or states differ.
    """
    keys = {f"${kind}": str(house.ids(kind, "outsider")) for kind in ("customer", "contact", "user")}
    before, stay = house.pointing_at("outsider"), locked(house)

    def tried(form: Form) -> int:
        offered = {each.name for each in form.fields}
        beside = [(key, keys.get(value, value)) for key, value in UNOFFERED.items() if key not in offered]
        tries = [form.pairs() + beside, form.pairs() + form.pairs()]
        for field in form.choices:
            own = next((each.value for each in form.fields if each.name == field and each.value), "")
            for foreign in (keys["$customer"], keys["$contact"]):
                tries.append([*form.pairs(without=field), (field, foreign)])
                tries.append([*form.pairs(without=field), (field, own), (field, foreign), (field, own)])
        for pairs in tries:
            house.visitor("supervisor").post(form.action, pairs)
        return len(tries)

    assert sum(together(tried, open_forms(house, "supervisor"))) > 200
    assert house.pointing_at("outsider") == before
    now = locked(house)
    for table, rows in stay.items():
        assert {key: now[table].get(key) for key in rows} == rows, table


def test_every_column_that_is_not_offered_is_refused_by_name(house: House) -> None:
    """A7: for every operation with a body."""
    columns = {column.name for model in apps.get_models() if model._meta.app_label in {"customers", "commerce", "interactions", "organisation"}
               for column in model._meta.concrete_fields}  # fmt: skip
    names = sorted(columns | set(EVIL))

    def wrong(each: tuple[Asked, list[str]]) -> str:
        asked, some = each
        body = {**json.loads(asked.question.body or b"{}"), **dict.fromkeys(some, 1)}
        answer = send(house, "supervisor", with_body(asked, body))
        told = set(json.loads(answer.body)["fields"]) if answer.status == 400 else set()
        return f"{asked}: {answer.status} {sorted(set(some) - told)}" if set(some) - told else ""

    tries = []
    for asked in writes(house, "supervisor"):
        offered = set((schema_of(asked) or {}).get("properties", ()))
        left = [name for name in names if name not in offered]
        # An answer names twenty at most.
        tries += [(asked, left[at : at + 20]) for at in range(0, len(left), 20)]
    with house.untouched():
        found = together(wrong, tries)
    assert not [each for each in found if each]
    assert len(tries) > 100


def test_every_type_in_every_field_is_refused_by_name(house: House) -> None:
    """A8: as the document says it; what it lets through is sent about an object that does not exist."""
    components = openapi_document()["components"]
    tries: list[tuple[Asked, dict[str, Any], set[str]]] = []
    for asked in house.known.asked["supervisor"]:
        schema = schema_of(asked) if asked.program and asked.question.method != "GET" else None
        if schema is None:
            continue
        checks = {
            name: Draft202012Validator({**allowed, "components": components})
            for name, allowed in schema["properties"].items()
        }
        for value in CONFUSED:
            wrong = {name for name, check in checks.items() if not check.is_valid(value)}
            if wrong:
                tries.append((asked, dict.fromkeys(wrong, value), wrong))

    def failed(each: tuple[Asked, dict[str, Any], set[str]]) -> str:
        asked, body, wrong = each
        question = Question(asked.missing.method, asked.missing.path, json.dumps(body).encode(), "application/json")
        answer = send(house, "supervisor", question)
        if answer.status in {403, 404}:
            return ""
        named = {name.split(".")[0] for name in json.loads(answer.body)["fields"]} if answer.status == 400 else set()
        return "" if named >= wrong else f"{asked} {body}: {answer.status} {sorted(wrong - named)[:4]}"

    with house.untouched():
        found = together(failed, tries)
    assert not [each for each in found if each]
    assert sum(len(wrong) for _asked, _body, wrong in tries) > 1000


def test_a_key_that_stands_twice_is_refused(house: House) -> None:
    """A8: in every operation with a body, so that no check sees another value than what is written."""

    def wrong(asked: Asked) -> str:
        name = next(iter((schema_of(asked) or {})["properties"]))
        body = f'{{"{name}": null, "{name}": "x"}}'.encode()
        nested = f'{{"{name}": {{"a": 1, "a": 2}}}}'.encode()
        told = [send(house, "supervisor", with_body(asked, each)).status for each in (body, nested)]
        return "" if told == [400, 400] else f"{asked}: {told}"

    with house.untouched():
        found = together(wrong, writes(house, "supervisor"))
    assert not [each for each in found if each]


def test_nobody_shares_what_he_may_not_share(house: House) -> None:
    """A10: without the right to give customers away; with it, what he does not see; a view beyond his audience."""
    own, foreign = (house.ids("customer", owner) for owner in ("specialist", "outsider"))
    colleague = house.world.person("colleague")
    specialist, supervisor = house.visitor("specialist"), house.visitor("supervisor")
    with house.untouched():
        for name in ("customer-co-owner", "customer-owner"):
            form = {"co_owner": colleague.pk, "owner": colleague.pk, "reason": "x"}
            assert specialist.post(reverse(name, args=[own]), form).status == 403
            assert supervisor.post(reverse(name, args=[foreign]), form).status == 404
        body = {"co_owner": colleague.username}
        assert house.wire("specialist").api("POST", f"/customers/{own}/share", body)[0] == 403
        assert house.wire("supervisor").api("POST", f"/customers/{foreign}/share", body)[0] == 404
        # Somebody whose share it would be but who is out of the sharer's reach.
        for audience in ("public", "all", "everybody"):
            answer = specialist.post(reverse("customers-view-new"), {"name": "越权视图", "audience": audience})
            assert answer.status in {403, 422}, audience
