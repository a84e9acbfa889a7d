"""The company of the security tests: the fixed cast, a policy in force, and of everything that an address
can name one of each owner: the specialist's own, a colleague's of his team, an outsider's of another team."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from weixi.commerce.services import LineValues, place_order, sign_contract
from weixi.customers.acts.models import ActRun
from weixi.customers.attachments.services import attach
from weixi.customers.duplicates.models import DuplicatePair
from weixi.customers.exporting.models import ExportRun
from weixi.customers.groups.services import link_customers
from weixi.customers.importing.models import ImportPart, ImportRun, RunState
from weixi.customers.importing.runs import upload
from weixi.customers.lists.saved import remove_view, save_view
from weixi.customers.merging.services import merge_customers
from weixi.customers.models import Customer
from weixi.customers.occasions.services import add_occasion
from weixi.customers.services import add_contact, change_customer, create_customer
from weixi.customers.services.custom_fields import define_field, retire_field
from weixi.duties.models import Duty, TickRun
from weixi.grading.models import GradeOverride
from weixi.grading.services import compute_run, start_run
from weixi.interactions.models import FollowUp
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock
from weixi.kernel.events.models import Event
from weixi.kernel.outbox.models import Notice
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, system_viewer
from weixi.organisation.services import create_token
from weixi.policy.models import PolicyVersion
from weixi.policy.services import draft_version, install_shipped_policy
from weixi.privacy.queries import person_of_contact
from weixi.privacy.services import open_request
from weixi.testing.cast import Cast, make_cast
from weixi.testing.kept import kept
from weixi.web.middleware import SESSION_EPOCH

SYSTEM = system_viewer("test")
# Owner's name in the cast -> what the specialist calls the object.
OWNERS = {"specialist": "own", "colleague": "team", "outsider": "other"}
# Who sees whose customers; written by hand, so that a mistake in the code cannot hide itself here.
SEES = {
    "specialist": {"specialist"},
    "colleague": {"colleague"},
    "outsider": {"outsider"},
    "supervisor": {"specialist", "colleague"},
    "other_supervisor": {"outsider"},
    "service_manager": {"specialist", "colleague", "outsider"},
    "account_manager": set(),
    "sales": set(),
    "director": {"specialist", "colleague", "outsider"},
    "executive": {"specialist", "colleague", "outsider"},
    "data_steward": {"specialist", "colleague", "outsider"},
    "admin": {"specialist", "colleague", "outsider"},
}
ROLES = tuple(SEES)
# Who walks through the matrix: nobody, and one person of each role. The colleague, the outsider and the other
# supervisor would meet the same answers with the owners' names exchanged.
WALKERS = (None, *(role for role in ROLES if role not in {"colleague", "outsider", "other_supervisor"}))
# Who of them walks on both databases: whose scope is narrowest, and who comes through every door.
ON_BOTH = {"specialist", "admin"}


def owners_for(role: str | None) -> list[str]:
    """One owner for each way in which this person stands to objects: his own, seen, of his team, foreign.

    A director sees all three owners' objects alike, so one of them stands for all; that a scope holds whom it
    should is what the tests of the scopes say.
    """
    found: dict[object, str] = {}
    for owner in OWNERS:
        way = (owner == role, owner in SEES[role], role == "specialist" and OWNERS[owner]) if role else ()
        found.setdefault(way, owner)
    return list(found.values())


@dataclass
class World:
    """`objects[kind][owner]` is the id an address takes; kinds in `shared` belong to nobody."""

    cast: Cast
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    shared: dict[str, int] = field(default_factory=dict)
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)

    def person(self, role: str) -> User:
        return self.cast.person(role)

    def browser(self, role: str | None, **options: Any) -> Client:
        """A browser this person has logged in with; None: nobody has."""
        client = Client(raise_request_exception=False, **options)
        if role is not None:
            user = self.person(role)
            client.force_login(user)
            session = client.session
            session[SESSION_EPOCH] = user.session_epoch
            session.save()
        return client

    def token(self, role: str, scope: str = "admin") -> str:
        """A token of this person, made once."""
        if (role, scope) not in self.secrets:
            _token, secret = create_token(self.person(role), viewer=SYSTEM, scopes=(scope,))
            self.secrets[role, scope] = secret
        return self.secrets[role, scope]


def make_world() -> World:
    """The company with everything in it; needs an empty database."""
    return kept("world", _made)


def _made() -> World:
    cast = make_cast()
    install_shipped_policy(preset="spend", viewer=SYSTEM)
    world = World(cast)
    for owner in OWNERS:
        _fill(world, owner)
    run = compute_run(start_run(viewer=SYSTEM))
    version = PolicyVersion.objects.get()
    world.shared |= {
        "run": run.pk,
        "version": version.pk,
        "draft": draft_version(version.text, viewer=SYSTEM, based_on=version).pk,
        "person": cast.account_manager.pk,
        "public_view": save_view(cast.viewer("director"), values={"name": "全公司", "audience": "public"}).pk,
        "department": cast.sales_department.pk,
        "downtime": TickRun.objects.create(
            until=clock.now(), since=clock.now(), started_at=clock.now(), downtime=True
        ).pk,
        "nothing": 987_654,
        "field": define_field(viewer=SYSTEM, title="厂房面积").pk,
        "retired_field": retire_field(define_field(viewer=SYSTEM, title="旧字段"), viewer=SYSTEM).pk,
    }
    return world


def _fill(world: World, owner: str) -> None:
    viewer = world.cast.viewer(owner)
    customer = world.cast.customer_of(owner)
    contact = add_contact(customer, viewer=viewer, name="冯师傅", birthday="1980-05-20")
    order = place_order(
        customer, viewer=SYSTEM, number=f"SO-{owner}", placed_at=clock.now() - timedelta(days=30),
        lines=[LineValues(amount=Decimal("800.00"))],
    )  # fmt: skip
    interaction = record_interaction(
        customer, viewer=viewer, kind="call", content="谈了续约", contact=contact,
        followups=[Promise("寄样品", clock.now() + timedelta(days=2))],
    )  # fmt: skip
    override = GradeOverride.objects.create(
        customer=customer,
        grade="high",
        reason="战略客户",
        expires_on=clock.today() + timedelta(days=60),
        at=clock.now(),
    )
    token, _secret = create_token(world.person(owner), viewer=SYSTEM)
    change_customer(customer, viewer=SYSTEM, values={"city": "无锡"})
    change = Event.objects.filter(customer_id=customer.pk, type="customer.changed").latest("seq")
    asked = open_request(person_of_contact(contact), viewer=viewer, kind="copy", channel="phone", identity="回拨核实")
    made = {
        "change": change.id,
        "attachment": attach(customer, "合同.txt", [b"hello"], viewer=SYSTEM).pk,
        "personrequest": asked.pk,
        "customer": customer.pk,
        "contact": contact.pk,
        "order": order.pk,
        "interaction": interaction.pk,
        "followup": FollowUp.objects.get(interaction=interaction).pk,
        "duty": Duty.objects.filter(customer=customer, subject__startswith="followup:").get().pk,
        "contract": sign_contract(
            customer, viewer=SYSTEM, number=f"CT-{owner}", title="年度框架", signed_on=clock.today()
        ).pk,
        "occasion": add_occasion(
            customer, viewer=SYSTEM, kind="opening", day=clock.today() + timedelta(days=40), title="二厂开业"
        ).pk,
        "import": _import(viewer),
        "ended_import": _ended_import(viewer),
        "checked_import": _checked_import(viewer),
        "act": ActRun.objects.create(
            act="tag",
            params={"tag": "重点"},
            words="重点",
            state="done",
            by=world.person(owner),
            at=clock.now(),
            undo_until=clock.now() + timedelta(days=1),
            total=0,
        ).pk,
        "export": ExportRun.objects.create(
            kind="customers",
            filter_hash="x",
            state="waiting",
            requested_by=world.person(owner),
            requested_at=clock.now(),
            needs_approval=True,
        ).pk,
        "view": save_view(viewer, values={"name": "我的视图"}).pk,
        "gone_view": _gone_view(viewer),
        "override": override.pk,
        "user": world.person(owner).pk,
        "token": token.pk,
        "notice": Notice.objects.create(
            person=world.person(owner), kind="duty.opened", key=f"test:{owner}", created_at=clock.now()
        ).pk,
    }
    made |= _twins(world, owner, customer)
    for kind, pk in made.items():
        world.objects.setdefault(kind, {})[owner] = pk


def _twins(world: World, owner: str, customer: Customer) -> dict[str, int]:
    """A pair that was found of this person's customers, a merge that can be taken back, a link of a group."""
    person = world.person(owner)
    twin, gone = (
        create_customer(viewer=SYSTEM, name=f"{customer.name}{end}", number=f"{end}-{owner}", owner=person)
        for end in ("二部", "旧部")
    )
    pair = DuplicatePair.objects.create(
        a=min(customer, twin, key=lambda each: each.pk),
        b=max(customer, twin, key=lambda each: each.pk),
        kind="duplicate",
        score=0.9,
        reasons=["same_name"],
        found_at=clock.now(),
    )
    return {
        "pair": pair.pk,
        "link": link_customers(customer, twin, viewer=SYSTEM).pk,
        "merge": merge_customers(gone, twin, viewer=SYSTEM).pk,
        "twin": twin.pk,
    }


def _gone_view(viewer: Viewer) -> int:
    view = save_view(viewer, values={"name": "旧视图"})
    remove_view(view, viewer=viewer)
    return int(view.pk)


def _import(viewer: Viewer) -> int:
    """A file this person has brought, with rows that were sent back."""
    run = upload("customers", "客户.csv", ["编号,名称\nA-1,甲厂\n".encode()], viewer=viewer)
    run.error_name = "errors.csv"
    run.save(update_fields=["error_name"])
    assert run.error_file is not None
    run.error_file.write_text("编号,名称,原因\n")
    return int(run.pk)


def _checked_import(viewer: Viewer) -> int:
    """An import of this person whose plan waits to be written."""
    run = ImportRun.objects.get(pk=_import(viewer))
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.CHECKED, fields=["number", "name"])
    return int(run.pk)


def _ended_import(viewer: Viewer) -> int:
    """An import of this person that has written something, to be taken back."""
    run = ImportRun.objects.get(pk=_import(viewer))
    ImportPart.objects.create(run=run, seq=0, plan=[], done=True, events=["none"])
    run.state = RunState.DONE
    run.save(update_fields=["state"])
    return int(run.pk)
