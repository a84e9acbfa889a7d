from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import Conflict, Forbidden, Invalid, WeixiError
from weixi.kernel.events.models import Event
from weixi.organisation import services
from weixi.organisation.enums import ROLE_RIGHTS, Access, DataScope, FieldClass, Right, Role
from weixi.organisation.models import RoleSetting, RolesState, User
from weixi.organisation.roles.rules import rules_with, shipped_rules
from weixi.organisation.roles.services import change_role, reset_role
from weixi.organisation.scope import system_viewer, viewer_of

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


def fresh(person: User) -> User:
    return User.objects.select_related("department").get(pk=person.pk)


def test_shipped_rules_stand_until_something_is_changed(cast: Any):
    for person in cast.people.values():
        with CaptureQueriesContext(connection) as queries:
            assert person.rules == shipped_rules(person.role)
            assert person.rules.rights == ROLE_RIGHTS[person.role][1]
        assert len(queries) == 0


def test_a_change_holds_at_the_next_request_and_costs_no_query_after(cast: Any):
    change_role("specialist", {"right:orders.edit": "yes", "class:contact": "masked"}, viewer=SYSTEM)
    person = fresh(cast.specialist)
    assert person.may(Right.ORDERS_EDIT)
    with CaptureQueriesContext(connection) as queries:
        assert fresh(cast.colleague).rules.classes[FieldClass.CONTACT] == Access.MASKED
        assert not fresh(cast.executive).may(Right.ORDERS_EDIT)
    # The people themselves, nothing for their rules: they are remembered.
    assert len(queries) == 2
    change_role("specialist", {"right:orders.edit": "no"}, viewer=SYSTEM)
    assert not fresh(cast.specialist).may(Right.ORDERS_EDIT)


def test_only_differences_are_stored_and_reset_takes_them_away(cast: Any):
    change_role(
        "specialist", {"right:orders.edit": "yes", "scope": "team", "right:customers.edit": "yes"}, viewer=SYSTEM
    )
    assert set(RoleSetting.objects.values_list("role", "key", "value")) == {
        ("specialist", "right:orders.edit", "yes"),
        ("specialist", "scope", "team"),
    }
    change_role("specialist", {"scope": "own"}, viewer=SYSTEM)
    assert RoleSetting.objects.count() == 1
    reset_role("specialist", viewer=SYSTEM)
    assert not RoleSetting.objects.exists()
    assert fresh(cast.specialist).rules == shipped_rules("specialist")
    assert [event.data["changes"] for event in Event.objects.filter(type="role.changed").order_by("seq")] == [
        {"right:orders.edit": ["no", "yes"], "scope": ["own", "team"]},
        {"scope": ["team", "own"]},
        {"right:orders.edit": ["yes", "no"]},
    ]


def test_nothing_changed_is_nothing_recorded(cast: Any):
    change_role("specialist", {"scope": "own"}, viewer=SYSTEM)
    assert not Event.objects.filter(type="role.changed").exists()
    assert User.objects.exclude(rights_mark="").count() == 0


def test_who_enters_later_has_the_rules_of_now(cast: Any):
    change_role("specialist", {"right:orders.edit": "yes"}, viewer=SYSTEM)
    made = services.create_user("neu", viewer=SYSTEM, role="specialist")
    assert fresh(made).may(Right.ORDERS_EDIT)


LEAST = [
    ("specialist", {"right:audit.view": "yes"}, "a right he has not"),
    ("specialist", {"scope": "all"}, "a scope beyond his own"),
    ("specialist", {"class:sensitive": "read"}, "an access beyond his own"),
    ("specialist", {"field:bank_account": "write"}, "an access to one field beyond his own"),
    ("executive", {"right:policy.approve": "no"}, "a right he has not, taken from another"),
    ("service_manager", {"right:customers.import": "yes"}, "his own role, upwards"),
    ("service_manager", {"scope": "all"}, "his own role, further"),
]


@pytest.mark.parametrize(("role", "given", "_why"), LEAST, ids=[why for *_more, why in LEAST])
def test_least_right(cast: Any, role: str, given: dict[str, str], _why: str):
    """A9: a person who may change roles, but has not all rights."""
    change_role("service_manager", {"right:roles.manage": "yes", "right:customers.import": "no"}, viewer=SYSTEM)
    before = list(RoleSetting.objects.values())
    with pytest.raises(Forbidden):
        change_role(role, given, viewer=viewer_of(fresh(cast.service_manager)))
    assert list(RoleSetting.objects.values()) == before


def test_what_one_has_one_may_give_and_take(cast: Any):
    change_role("service_manager", {"right:roles.manage": "yes"}, viewer=SYSTEM)
    viewer = viewer_of(fresh(cast.service_manager))
    change_role("specialist", {"right:duties.waive": "yes", "field:industry": "read", "scope": "team"}, viewer=viewer)
    change_role("executive", {"scope": "own", "right:team.view": "no", "class:ordinary": "hidden"}, viewer=viewer)
    # One's own role downwards is nobody's harm.
    change_role("service_manager", {"right:policy.draft": "no"}, viewer=viewer)
    assert fresh(cast.specialist).rules.fields == {"industry": Access.READ}


def test_a_field_that_goes_back_to_its_class_is_a_gift_too(cast: Any):
    change_role("service_manager", {"right:roles.manage": "yes", "class:contact": "masked"}, viewer=SYSTEM)
    change_role("specialist", {"field:contact_mobile": "hidden"}, viewer=SYSTEM)
    with pytest.raises(Forbidden):
        change_role("specialist", {"field:contact_mobile": ""}, viewer=viewer_of(fresh(cast.service_manager)))


def test_without_the_right_nothing(cast: Any):
    for who in ("service_manager", "director", "specialist"):
        with pytest.raises(Forbidden):
            change_role("specialist", {"scope": "team"}, viewer=cast.viewer(who))


@pytest.mark.parametrize("right", ["people.manage", "roles.manage", "system.manage"])
def test_the_administrator_keeps_what_repairs(cast: Any, right: str):
    for viewer in (SYSTEM, cast.viewer("admin")):
        with pytest.raises(Invalid):
            change_role("admin", {f"right:{right}": "no"}, viewer=viewer)


def test_the_last_administrator_stays_one(cast: Any):
    with pytest.raises(Conflict):
        services.change_user(cast.admin, viewer=SYSTEM, role="director")
    services.create_user("second", viewer=SYSTEM, role="admin")
    services.change_user(cast.admin, viewer=SYSTEM, role="director")


@pytest.mark.parametrize(
    "given",
    [{"scope": "world"}, {"scope:x": "all"}, {"right:fly": "yes"}, {"right:orders.edit": "maybe"}, {"class:x": "read"},
     {"class:contact": ""}, {"field:name": "hidden"}, {"field:password": "read"}, {"": "yes"}, {"field:phone": "clear"}],
)  # fmt: skip
def test_what_is_no_setting_is_refused(cast: Any, given: dict[str, str]):
    with pytest.raises(Invalid):
        change_role("specialist", given, viewer=SYSTEM)
    with pytest.raises(Invalid):
        change_role("chief", {"scope": "own"}, viewer=SYSTEM)


def test_the_second_editor_is_told_what_was_changed(cast: Any):
    change_role("specialist", {"scope": "team"}, viewer=SYSTEM)
    opened = RolesState.objects.get().mark
    change_role("specialist", {"scope": "department", "right:customers.import": "no"}, viewer=SYSTEM, mark=opened)
    change_role("specialist", {"scope": "all"}, viewer=SYSTEM)
    with pytest.raises(VersionConflict) as refused:
        change_role("specialist", {"scope": "own"}, viewer=SYSTEM, mark=opened)
    told = {each.field: (each.old, each.new) for each in refused.value.rivals}
    assert told == {"scope": ("team", "all"), "right:customers.import": ("yes", "no")}


def test_a_change_of_another_role_is_no_conflict(cast: Any):
    change_role("specialist", {"scope": "team"}, viewer=SYSTEM)
    opened = RolesState.objects.get().mark
    change_role("sales", {"scope": "team"}, viewer=SYSTEM, mark=opened)
    assert change_role("specialist", {"scope": "own"}, viewer=SYSTEM, mark=opened).scope == "own"


def test_a_state_nobody_knows_is_refused(cast: Any):
    with pytest.raises(VersionConflict):
        change_role("specialist", {"scope": "team"}, viewer=SYSTEM, mark="before the log")


def test_rules_that_mean_nothing_any_more_are_passed_over():
    assert rules_with("sales", [("right:gone", "yes"), ("class:gone", "read"), ("scope", "gone")]) == shipped_rules(
        "sales"
    )


TAKE_OVER = [
    ("give a wider scope", lambda viewer, cast: services.change_user(cast.specialist, viewer=viewer, scope="all")),
    ("enter somebody who reaches further", lambda viewer, cast: services.create_user("x", viewer=viewer, scope="all")),
    (
        "enter a role that reaches further",
        lambda viewer, cast: services.create_user("x", viewer=viewer, role="marketing"),
    ),
    (
        "take over who reaches further",
        lambda viewer, cast: services.set_password(cast.executive, "Another-Password-1", viewer=viewer),
    ),
    ("disable the administrator", lambda viewer, cast: services.disable_user(cast.admin, viewer=viewer)),
]


@pytest.mark.parametrize("act", [act for _name, act in TAKE_OVER], ids=[name for name, _act in TAKE_OVER])
def test_nobody_reaches_further_through_another(cast: Any, act: Any):
    """A9: a service manager sees a department; whoever sees more is not his to make or to take over."""
    assert cast.service_manager.data_scope == DataScope.DEPARTMENT
    with pytest.raises(Forbidden):
        act(cast.viewer("service_manager"), cast)


def test_every_role_has_shipped_rules():
    for role in Role:
        rules = shipped_rules(role)
        assert set(rules.classes) == set(FieldClass)
        assert not rules.classes[FieldClass.SENSITIVE].reads


def test_a_refused_change_leaves_nothing(cast: Any):
    with pytest.raises(WeixiError):
        change_role("specialist", {"scope": "team", "right:fly": "yes"}, viewer=SYSTEM)
    assert not RoleSetting.objects.exists()
