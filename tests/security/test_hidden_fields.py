"""T4, A4, A26, A44: nothing of a field leaves the house for who may not see it, whichever door is tried.

Every maskable field of a customer and of a person there gets a word of its own; then every page and every
operation is asked as somebody whose role does not see them.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.security.matrix import test_operations as operations
from tests.security.matrix import test_pages as pages
from tests.security.matrix.operations import OPERATIONS
from tests.security.matrix.pages import PAGES
from tests.security.world import SYSTEM, World
from weixi.customers.fields import contact_fields, customer_fields
from weixi.customers.models import Contact, Registration
from weixi.customers.services import change_contact, change_customer
from weixi.duties.lines import DutyLine
from weixi.duties.queries import duties_of_customer
from weixi.kernel.outbox.models import Notice
from weixi.organisation.models import User
from weixi.organisation.roles.fields import field_lines
from weixi.organisation.roles.services import change_role
from weixi.organisation.services import create_token

pytestmark = pytest.mark.django_db
# As a telephone number, an e-mail and anything else can be; each stands nowhere else in the world.
PHONES = {
    "phone": "051299887761",
    "fax": "051299887762",
    "other_phone": "051299887769",
    "contact_mobile": "13799887763",
    "contact_phone": "051299887764",
}
DAYS = {"founded_on": "1987-11-23", "cooperation_since": "1991-07-19", "contact_birthday": "1977-08-29"}
CODE = {"unified_code": "91320594MA1MUP1L4Q"}


def canaries() -> dict[str, str]:
    """A value for every text field that can be set apart, by its key."""
    found = {}
    for field in (*customer_fields(), *contact_fields()):
        if (
            field.key not in {line.key for line in field_lines()}
            or field.choices
            or field.type == "flag"
            or field.custom
        ):
            continue
        word = f"canary{len(found):02d}{field.key.replace('_', '')}"[:38]
        found[field.key] = {**PHONES, **DAYS}.get(field.key) or (
            f"{word}@example.com" if "email" in field.key else word
        )
    return found


@pytest.fixture
def secrets(world: World) -> dict[str, str]:
    words = canaries()
    words.pop("unified_code", None)
    customer = world.cast.customer_of("specialist")
    change_customer(
        customer, viewer=SYSTEM, values={key: text for key, text in words.items() if not key.startswith("contact_")}
    )
    contact = Contact.objects.get(pk=world.objects["contact"]["specialist"])
    values = {key.removeprefix("contact_"): text for key, text in words.items() if key.startswith("contact_")}
    change_contact(contact, viewer=SYSTEM, values=values)
    # A second change: the history and the story have an old and a new value of each.
    change_customer(customer, viewer=SYSTEM, values={"remark": f"{words['remark']} again"})
    assert Registration.objects.get(customer=customer).bank == words["bank"]
    return words


def set_all(role: str, access: str) -> None:
    change_role(role, {f"field:{line.key}": access for line in field_lines()}, viewer=SYSTEM)


def leaks(body: bytes, words: dict[str, str]) -> list[str]:
    return [key for key, word in words.items() if word.encode() in body]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def ask_everything(world: World, browser: Client, words: dict[str, str]) -> tuple[list[str], int]:
    """(what leaked where, how many answers were read) over every page that may be got and its tabs."""
    found, read = [], 0
    for route in PAGES:
        if route.method != "GET" or route.who == ("anyone",):
            continue
        response = pages.send(world, browser, route, "specialist")
        found += [f"{route.name}: {key}" for key in leaks(body_of(response), words)]
        read += response.status_code == 200
    customer = reverse("customer", args=[world.objects["customer"]["specialist"]])
    for tab in ("archive", "duties", "history", "orders", "contracts", "assets", "timeline"):
        response = browser.get(customer, {"tab": tab})
        found += [f"customer?tab={tab}: {key}" for key in leaks(response.content, words)]
        read += response.status_code == 200
    for name in (
        "customers",
        "customers-count",
        "customers-pick",
        "contacts-pick",
        "palette",
        "search",
        "customers-similar",
    ):
        for word in words.values():
            asked = {"q": word, "name": word, "customer": world.objects["customer"]["specialist"]}
            response = browser.get(reverse(name), asked)
            assert response.status_code < 500, (name, word)
            # The question comes back in its box; the customer must not come with it.
            if "启明" in response.content.decode().replace(word, "") and name != "contacts-pick":
                found.append(f"{name} finds by {word}")
            read += 1
    return found, read


@pytest.mark.parametrize("access", ["hidden", "masked"])
def test_no_page_shows_it(world: World, secrets: dict[str, str], access: str):
    assert len(secrets) > 40
    set_all("director", access)
    browser = world.browser("director")
    found, read = ask_everything(world, browser, secrets)
    assert not found, "\n".join(found)
    assert read > 60
    # The same words are there for who sees them: the test looks where there is something to see.
    specialist = world.browser("specialist").get(
        reverse("customer-edit", args=[world.objects["customer"]["specialist"]])
    )
    assert len(leaks(specialist.content, secrets)) > 20


@pytest.mark.parametrize("access", ["hidden", "masked"])
@pytest.mark.parametrize("role", ["specialist", "supervisor"])
def test_no_word_of_a_duty_shows_it(world: World, secrets: dict[str, str], role: str, access: str):
    """Whom a duty is about stands in its words: on Today, in the calendar, the team's lanes, the form that settles
    it, the list of a downtime, on paper and in notices."""
    names = {"contact_name": secrets["contact_name"]}
    about_him = duties_about(world, secrets["contact_name"])
    pages_of_duties = [reverse(name) for name in ("today", "plan", "home", "notices")]
    pages_of_duties += [f"{reverse('plan')}?month={each:%Y-%m}" for each in {line.due_at for line in about_him} if each]
    pages_of_duties += [reverse("duty", args=[line.pk]) for line in about_him if line.pk]
    customer = world.objects["customer"]["specialist"]
    pages_of_duties += [f"{reverse('interaction-settles')}?customer={customer}&kind=call"]
    pages_of_duties += [reverse("customer-paper", args=[customer, kind]) for kind in ("form", "record", "card")]
    pages_of_duties += [f"{reverse('team')}?all=1"] if role == "supervisor" else []
    seen = [leaks(world.browser(role).get(each).content, names) for each in pages_of_duties]
    assert any(seen), "nothing to hide on any of these pages"
    set_all(role, access)
    browser = world.browser(role)
    found = [each for each in pages_of_duties if leaks(browser.get(each).content, names)]
    assert not found, "\n".join(found)
    told = [str(row) for row in Notice.objects.values_list("params", flat=True)]
    assert not [text for text in told if secrets["contact_name"] in text]


def duties_about(world: World, name: str) -> list[DutyLine]:
    """What waits with the specialist's customer and names the contact in its words."""
    lines = duties_of_customer(SYSTEM, world.cast.customer_of("specialist"))
    found = [line for line in lines if name in line.about]
    assert found, "no duty names the contact"
    return found


@pytest.mark.parametrize("access", ["hidden", "masked"])
def test_no_operation_gives_it(world: World, secrets: dict[str, str], access: str):
    set_all("director", access)
    _token, secret = create_token(User.objects.get(pk=world.person("director").pk), viewer=SYSTEM, scopes=("admin",))
    found, read = [], 0
    for route in OPERATIONS:
        if route.method == "GET":
            response = operations.send(world, route, "specialist", secret)
            found += [f"{route.name}: {key}" for key in leaks(body_of(response), secrets)]
            read += response.status_code == 200
    assert not found, "\n".join(found)
    assert read > 10
    open_ = operations.send(
        world,
        next(route for route in OPERATIONS if route.name == "get_customer"),
        "specialist",
        world.token("specialist"),
    )
    assert len(leaks(open_.content, secrets)) > 20


def test_masked_fields_do_not_come_back_over_the_api_either(world: World, secrets: dict[str, str]):
    """What was read masked and is sent back changes nothing; half of it is refused."""
    set_all("director", "masked")
    headers = {"Authorization": f"Bearer {create_token(world.person('director'), viewer=SYSTEM, scopes=('admin',))[1]}"}
    client, path = Client(), f"/api/v1/customers/{world.objects['customer']['specialist']}"
    given: dict[str, Any] = client.get(path, headers=headers).json()
    body = {"bank": given["registration"]["bank"], "phone": given["phone"], "email": given["email"]}
    answer = client.patch(path, body, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    stored = Registration.objects.select_related("customer").get(customer_id=world.objects["customer"]["specialist"])
    assert (stored.bank, stored.customer.phone) == (secrets["bank"], secrets["phone"])
    refused = client.patch(path, {"wechat": "x****y"}, content_type="application/json", headers=headers)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["wechat"])
