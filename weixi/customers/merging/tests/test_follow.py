"""What pointed at the one that went leads to the one that stays: duties, pins, old numbers; nothing of a hidden one."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from weixi.customers import services
from weixi.customers.hits import customer_hits, recall_customers
from weixi.customers.merging.services import merge_customers
from weixi.customers.models import Customer
from weixi.customers.queries.matching import matching_customers
from weixi.duties.models import Duty
from weixi.interactions.models import FollowUp
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock
from weixi.policy.services import install_shipped_policy


def add(cast, name, who="specialist", **values):
    return services.create_customer(viewer=cast.viewer("admin"), name=name, owner=cast.person(who), **values)


def test_promises_and_their_duties_stand_with_the_one_that_stays(cast, client_as):
    install_shipped_policy(preset="quadrant", viewer=cast.viewer("admin"))
    winner, loser = add(cast, "苏州琥珀纺织", number="A-1"), add(cast, "苏州琥珀纺织厂", number="A-2")
    record_interaction(
        loser, viewer=cast.viewer("specialist"), kind="call", content="下周给报价", occurred_at=clock.now(),
        followups=[Promise("给陈立群回电", due_at=clock.now() + timedelta(hours=2), assignee=cast.specialist)],
    )  # fmt: skip
    waiting = Duty.objects.filter(customer=loser, state__in=("open", "overdue"))
    clauses = set(waiting.values_list("clause", flat=True))
    assert "C-6b" in clauses
    merge_customers(loser, winner, viewer=cast.viewer("data_steward"))
    assert not Duty.objects.filter(customer=loser, state__in=("open", "overdue")).exists()
    assert clauses <= set(Duty.objects.filter(customer=winner).values_list("clause", flat=True))
    assert FollowUp.objects.get().customer_id == winner.pk
    page = client_as(cast.specialist).get(winner.get_absolute_url() + "?tab=duties").content.decode()
    assert "给陈立群回电" in page


def test_the_old_number_and_pins_find_the_one_that_stays(cast, client_as):
    winner, loser = add(cast, "苏州琥珀纺织", number="A-1"), add(cast, "太仓明远印染", number="Z-77")
    merge_customers(loser, winner, viewer=cast.viewer("data_steward"))
    viewer = cast.viewer("specialist")
    assert [hit.url for hit in customer_hits(viewer, "Z-77", 5)] == [winner.get_absolute_url()]
    assert matching_customers(viewer, "Z-77", limit=5) == [winner.pk]
    assert matching_customers(viewer, "tcmy", limit=5) == [winner.pk]
    # A pin keeps its own key, so that it can be taken off; of two that lead to one, one is shown.
    (only,) = recall_customers(viewer, [str(loser.pk)]).values()
    assert (only.key, only.url) == (str(loser.pk), winner.get_absolute_url())
    assert list(recall_customers(viewer, [str(winner.pk), str(loser.pk)])) == [str(winner.pk)]
    assert recall_customers(cast.viewer("outsider"), [str(loser.pk)]) == {}
    browser = client_as(cast.specialist)
    assert winner.name in browser.get(reverse("customers"), {"q": "Z-77"}).content.decode()
    options = browser.get(reverse("customers-pick"), {"q": "Z-77"}).content.decode()
    assert winner.name in options


def test_who_sees_only_the_one_that_went_is_not_told_which_it_became(cast, client_as):
    winner, loser = add(cast, "苏州琥珀纺织", who="outsider"), add(cast, "太仓明远印染")
    merge_customers(loser, winner, viewer=cast.viewer("data_steward"))
    page = client_as(cast.specialist).get(loser.get_absolute_url())
    assert page.status_code == 200 and winner.name not in page.content.decode()
    assert Customer.objects.get(pk=loser.pk).merged_into_id == winner.pk
    steward = client_as(cast.data_steward).get(loser.get_absolute_url() + "?alone").content.decode()
    assert winner.name in steward
