"""Taking an import back: what it made is gone, what it changed is as before, what was touched since stays."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from weixi.commerce.models import Order, OrderLine, Product
from weixi.commerce.services import change_order
from weixi.customers.fields import contact_values_of, values_of
from weixi.customers.importing import cutting, engine
from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.models import ImportRun, RunState
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.services import add_contact, assign_customers, change_customer, tag_customer
from weixi.customers.services.custom_fields import define_field
from weixi.interactions.models import Interaction
from weixi.kernel import doctor
from weixi.kernel.errors import Conflict, NotFound
from weixi.kernel.events.models import Event, EventPersonal
from weixi.kernel.jobs import services as jobs
from weixi.kernel.jobs.models import Job, JobState
from weixi.organisation.scope import system_viewer

SYSTEM = system_viewer("cli")
BEFORE = "客户编号,客户名称,城市,电话,法定代表人,标签\n1,甲公司,上海,021-12345678,张三,老客户\n2,乙公司,北京,,,\n"
AFTER = "客户编号,客户名称,城市,电话,法定代表人,标签\n1,甲公司,天津,021-87654321,李四,老客户、试用\n3,丙公司,北京,,,\n"
WITHOUT = ("kernel.job", "kernel.searchentry", "duties.dutyclock")


def archive() -> list[tuple[object, ...]]:
    """What a person sees of the archive."""
    rows = Customer.objects.filter(archived_at=None).order_by("number")
    return [
        (c.number, c.name, c.city, c.phone, c.lifecycle, c.owner_id, c.remark,
         Registration.objects.get(pk=c.pk).legal_representative,
         sorted(c.tagged.values_list("tag__name", flat=True)))
        for c in rows
    ]  # fmt: skip


def undone(outcome, viewer=SYSTEM):
    return undo_import(str(outcome["run"]), viewer=viewer)


@pytest.mark.django_db
def test_updates_and_new_customers_go_back(tmp_path) -> None:
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    before = archive()
    path = write_csv(tmp_path, AFTER, "b.csv")
    first = take("customers", path)
    after = archive()
    assert undone(first) == {"run": first["run"], "taken_back": 2, "restored": 4, "kept": []}
    assert archive() == before
    # The number is free, and the history says both.
    assert counts(take("customers", path)) == counts(first)
    assert archive() == after
    kinds = list(Event.objects.filter(type__startswith="import.").order_by("seq").values_list("type", flat=True))
    assert kinds == ["import.finished", "import.finished", "import.undone", "import.finished"]
    assert not [found for found in doctor.examine() if not found.ok and found.name != "worker"]


@pytest.mark.django_db
def test_what_was_touched_since_stays_and_is_named(tmp_path, cast) -> None:
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    outcome = take("customers", write_csv(tmp_path, AFTER + "4,丁公司,北京,,,\n5,戊公司,,,,\n", "b.csv"))
    one, three = Customer.objects.get(number="1"), Customer.objects.get(number="3")
    change_customer(one, viewer=SYSTEM, values={"city": "重庆"})
    add_contact(three, viewer=SYSTEM, name="王五")
    tag_customer(Customer.objects.get(number="4"), ["重点"], viewer=SYSTEM)
    made = undone(outcome)
    assert (made["taken_back"], made["restored"]) == (2, 3)
    assert [(each["number"], each["field"] != "") for each in made["kept"]] == [
        ("1", True), ("3", False), ("4", False),
    ]  # fmt: skip
    one.refresh_from_db()
    assert (one.city, one.phone) == ("重庆", "02112345678")
    living = Customer.objects.filter(archived_at=None, number__in="12345")
    assert sorted(living.values_list("number", flat=True)) == ["1", "2", "3", "4"]


@pytest.mark.django_db
def test_what_would_happen_is_told_before_and_nothing_of_it_stands(tmp_path, cast, client_as) -> None:
    viewer = cast.viewer("specialist")
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"), viewer=viewer)
    outcome = take("customers", write_csv(tmp_path, AFTER + "4,丁公司,北京,,,\n", "b.csv"), viewer=viewer)
    change_customer(Customer.objects.get(number="1"), viewer=viewer, values={"city": "重庆"})
    add_contact(Customer.objects.get(number="3"), viewer=viewer, name="王五")
    stood, events = archive(), Event.objects.count()
    ahead = undo_import(str(outcome["run"]), viewer=viewer, check_only=True)
    page = client_as(cast.specialist).get(reverse("import-undo", args=[outcome["run"]])).content.decode()
    assert "甲公司" in page and "丙公司" in page and "丁公司" not in page
    assert (archive(), Event.objects.count()) == (stood, events)
    assert ImportRun.objects.get(pk=outcome["run"]).state == RunState.DONE
    assert undone(outcome, viewer) == ahead
    assert (ahead["taken_back"], ahead["restored"], len(ahead["kept"])) == (2, 3, 2)


@pytest.mark.django_db
def test_what_stayed_is_tried_again_when_the_reason_is_gone(tmp_path, cast) -> None:
    first = take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    orders = take(
        "orders", write_csv(tmp_path, "订单编号,订单日期,客户编号,金额\nA,2024-01-02,1,10\nB,2024-01-02,2,1\n", "o.csv")
    )
    assert (undone(first)["taken_back"], len(undone(first)["kept"])) == (0, 3)
    change_order(Order.objects.get(number="B"), viewer=SYSTEM, remark="改过")
    assert undone(orders)["taken_back"] == 1
    # The customer whose order is gone, and the tag nobody has any more.
    assert undone(first)["taken_back"] == 2
    assert [c.number for c in Customer.objects.filter(archived_at=None, number__in="12")] == ["2"]
    again = undone(first)
    assert (again["taken_back"], [each["number"] for each in again["kept"]]) == (2, ["2"])
    assert not [found for found in doctor.examine() if not found.ok and found.name != "worker"]


@pytest.mark.django_db
def test_a_cell_that_stayed_goes_back_when_it_holds_the_files_value_again(tmp_path) -> None:
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    before = archive()
    outcome = take("customers", write_csv(tmp_path, AFTER, "b.csv"))
    change_customer(Customer.objects.get(number="1"), viewer=SYSTEM, values={"city": "重庆"})
    assert (undone(outcome)["restored"], len(undone(outcome)["kept"])) == (3, 1)
    change_customer(Customer.objects.get(number="1"), viewer=SYSTEM, values={"city": "天津"})
    assert (undone(outcome)["restored"], archive()) == (4, before)
    with pytest.raises(Conflict):
        undone(outcome)


@pytest.mark.django_db
def test_the_companys_own_fields_go_back(tmp_path) -> None:
    define_field(viewer=SYSTEM, title="厂房面积", code="area", of="customer", type="number")
    define_field(viewer=SYSTEM, title="爱好", code="hobby", of="contact", type="text")
    text = "客户编号,客户名称,厂房面积\n1,甲公司,120.5\n2,乙公司,\n"
    take("customers", write_csv(tmp_path, text, "a.csv"))
    people = "客户编号,姓名,爱好\n1,王五,钓鱼\n"
    take("contacts", write_csv(tmp_path, people, "c.csv"))
    changed = take(
        "customers", write_csv(tmp_path, text.replace("120.5", "300").replace("乙公司,", "乙公司,80"), "b.csv")
    )
    moved = take("contacts", write_csv(tmp_path, people.replace("钓鱼", "下棋"), "d.csv"))
    assert (changed["updated"], moved["updated"]) == (2, 1)
    assert undone(moved)["restored"] == 1 and undone(changed)["restored"] == 2
    one, two = Customer.objects.get(number="1"), Customer.objects.get(number="2")
    values = values_of([one.pk, two.pk], ["x_area"])
    assert (values[one.pk]["x_area"], values[two.pk]["x_area"]) == (Decimal("120.5"), None)
    person = Contact.objects.get(name="王五")
    assert contact_values_of([person.pk], ["x_hobby"])[person.pk]["x_hobby"] == "钓鱼"


@pytest.mark.django_db
def test_several_changes_of_one_cell_in_a_file_go_back_to_the_first(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(cutting, "PORTION", 1)
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    before = archive()
    rows = "客户编号,客户名称,行业,城市\n1,甲公司,,天津\n1,甲公司,机械,\n1,甲公司,,天津\n"
    outcome = take("customers", write_csv(tmp_path, rows, "b.csv"))
    undone(outcome)
    assert archive() == before
    assert Customer.objects.get(number="1").industry == ""


@pytest.mark.django_db
def test_imports_are_taken_back_one_after_the_other(tmp_path) -> None:
    customers = take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    contacts = take("contacts", write_csv(tmp_path, "客户编号,姓名,手机\n1,王五,13800138000\n1,赵六,\n", "c.csv"))
    changed = take("contacts", write_csv(tmp_path, "客户编号,姓名,手机,职位\n1,王五,13900139000,经理\n", "d.csv"))
    assert undone(changed)["restored"] == 2
    person = Contact.objects.get(name="王五")
    assert (person.mobile, person.position) == ("13800138000", "")
    assert undone(contacts)["taken_back"] == 2
    assert not Contact.objects.filter(removed_at=None).exists()
    # What other imports did with these customers is taken back as well: nobody works with them.
    assert undone(customers) == {"run": customers["run"], "taken_back": 3, "restored": 0, "kept": []}
    assert archive() == []


@pytest.mark.django_db
def test_orders_and_what_followed_from_them(tmp_path) -> None:
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    before = archive()
    text = "订单编号,订单日期,客户编号,产品编号,数量,单价\nA,2024-01-02,1,P1,2,10\nA,2024-01-02,1,P2,1,5.5\nB,2024-02-02,2,P1,1,3\n"
    first = take("orders", write_csv(tmp_path, text, "o.csv"))
    assert Customer.objects.get(number="1").lifecycle == "new"
    lines = list(
        OrderLine.objects.order_by("order__number", "position").values_list("quantity", "amount", "product__code")
    )
    second = take(
        "orders", write_csv(tmp_path, text.replace(",2,10", ",3,10").replace("A,2024-01-02", "A,2024-01-05"), "p.csv")
    )
    assert second["updated"] == 1
    undone(second)
    again = list(
        OrderLine.objects.order_by("order__number", "position").values_list("quantity", "amount", "product__code")
    )
    assert again == lines
    assert f"{Order.objects.get(number='A').placed_on}" == "2024-01-02"
    assert undone(first)["taken_back"] == 4
    assert not Order.objects.exists() and not Product.objects.exists() and archive() == before
    assert Customer.objects.get(number="1").last_order_on is None
    assert counts(take("orders", write_csv(tmp_path, text, "o.csv"))) == (3, 0, 0, 0, 0)


@pytest.mark.django_db
def test_orders_that_were_corrected_or_returned_stay(tmp_path) -> None:
    from weixi.commerce.services import cancel_order, change_order

    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    text = "订单编号,订单日期,客户编号,金额\nA,2024-01-02,1,10\nB,2024-01-02,1,10\nC,2024-01-02,2,10\n"
    outcome = take("orders", write_csv(tmp_path, text, "o.csv"))
    change_order(Order.objects.get(number="A"), viewer=SYSTEM, remark="改过")
    cancel_order(Order.objects.get(number="B"), viewer=SYSTEM)
    made = undone(outcome)
    assert made["taken_back"] == 1 and len([each for each in made["kept"] if each["kind"] == "order"]) == 2
    assert sorted(Order.objects.values_list("number", flat=True)) == ["A", "B", "B-R1"]


@pytest.mark.django_db
def test_interactions_count_no_more(tmp_path) -> None:
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    take("interactions", write_csv(tmp_path, "客户编号,沟通时间,沟通内容\n1,2024-01-02,旧的\n", "i.csv"))
    path = write_csv(tmp_path, "客户编号,沟通时间,沟通内容\n1,2024-03-02,新的\n2,2024-03-02,新的\n", "j.csv")
    outcome = take("interactions", path)
    assert undone(outcome)["taken_back"] == 2
    assert Interaction.objects.filter(withdrawn_at=None).count() == 1
    assert f"{Customer.objects.get(number='1').last_contact_at:%Y-%m}" == "2024-01"
    assert Customer.objects.get(number="2").last_contact_at is None
    assert counts(take("interactions", path)) == (2, 0, 0, 0, 0)


@pytest.mark.django_db
def test_owners_and_stages_go_back(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    text = f"客户编号,客户名称,负责人,生命周期\n{customer.number},{customer.name},{cast.colleague.username},成熟\n"
    viewer = cast.viewer("supervisor")
    before = (customer.owner_id, customer.lifecycle)
    outcome = take("customers", write_csv(tmp_path, text), viewer=viewer)
    customer.refresh_from_db()
    assert (customer.owner, customer.lifecycle) == (cast.colleague, "established")
    made = undone(outcome, viewer)
    customer.refresh_from_db()
    assert made["kept"] == [] and (customer.owner_id, customer.lifecycle) == before


@pytest.mark.django_db
def test_scope_holds_at_the_time_of_taking_back(tmp_path, cast) -> None:
    viewer = cast.viewer("specialist")
    outcome = take("customers", write_csv(tmp_path, "客户名称\n新来的公司\n另一家公司\n"), viewer=viewer)
    gone = Customer.objects.get(name="新来的公司")
    assign_customers([gone.pk], cast.outsider, viewer=SYSTEM)
    with pytest.raises(NotFound):
        undone(outcome, cast.viewer("colleague"))
    made = undone(outcome, viewer)
    assert made["taken_back"] == 1
    # Nothing of what he no longer sees is told, but that it is there.
    assert [(each["number"], each["id"]) for each in made["kept"]] == [("", gone.pk)]
    gone.refresh_from_db()
    assert gone.archived_at is None


@pytest.mark.django_db
def test_erased_personal_values_are_not_put_back(tmp_path) -> None:
    take("customers", write_csv(tmp_path, BEFORE, "a.csv"))
    outcome = take("customers", write_csv(tmp_path, AFTER, "b.csv"))
    EventPersonal.objects.filter(event__type="customer.changed").delete()
    made = undone(outcome)
    one = Customer.objects.get(number="1")
    assert (one.city, one.phone) == ("上海", "02187654321")
    assert [each["number"] for each in made["kept"]] == ["1"]


@pytest.mark.django_db
def test_only_once_and_only_what_has_ended(tmp_path) -> None:
    path = write_csv(tmp_path, BEFORE)
    outcome = take("customers", path)
    undone(outcome)
    with pytest.raises(Conflict):
        undone(outcome)
    nothing = write_csv(tmp_path, "客户名称,邮箱\n甲公司,不是邮箱\n", "n.csv")
    with pytest.raises(Conflict):
        undone(take("customers", nothing))
    for number in ("0", "x", "9" * 40, "-1"):
        with pytest.raises(NotFound):
            undo_import(number, viewer=SYSTEM)


def test_killed_anywhere_and_resumed_is_one_clean_undo(tmp_path, for_every_statement, monkeypatch) -> None:
    monkeypatch.setattr(cutting, "PORTION", 2)
    monkeypatch.setattr(engine, "PLANS", 2)
    old, new = write_csv(tmp_path, BEFORE, "a.csv"), write_csv(tmp_path, AFTER, "b.csv")

    def prepare() -> None:
        take("customers", old)
        take("customers", new)

    def run() -> None:
        undo_import(str(ImportRun.objects.order_by("-pk").values_list("pk", flat=True)[0]), viewer=SYSTEM)

    def resume() -> None:
        if not ImportRun.objects.filter(state=RunState.UNDONE).exists():
            run()
        Job.objects.exclude(state=JobState.DONE).update(state=JobState.DONE)

    def whole(_dump) -> None:
        run = ImportRun.objects.get(state=RunState.UNDONE)
        assert (run.taken_back, run.restored, run.kept) == (2, 4, 0)
        assert [row[0] for row in archive()] == ["1", "2"]

    points = for_every_statement(
        run, prepare=prepare, recover=resume, check=whole, stride=3,
        columns=("folder", "customers.importrun.job_id", "plan", "events"), without=WITHOUT,
    )  # fmt: skip
    assert points > 30


@pytest.mark.django_db
def test_the_pages_of_taking_back(tmp_path, cast, client_as, settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_as(cast.specialist)
    outcome = take(
        "customers", write_csv(tmp_path, "客户名称,城市\n甲公司,上海\n乙公司,北京\n"), viewer=cast.viewer("specialist")
    )
    run = ImportRun.objects.get(pk=outcome["run"])
    url = reverse("import-undo", args=[run.pk])
    assert url in client.get(run.get_absolute_url()).content.decode()
    assert ">2<" in client.get(url).content.decode()
    assert client_as(cast.colleague).get(url).status_code == 404
    assert client_as(cast.colleague).post(url).status_code == 404
    client = client_as(cast.specialist)
    add_contact(Customer.objects.get(name="乙公司"), viewer=SYSTEM, name="王五")
    client.post(url)
    assert "hx-trigger" in client.get(run.get_absolute_url()).content.decode()
    jobs.run_pending()
    page = client.get(run.get_absolute_url()).content.decode()
    # It may be tried again: something has stayed.
    assert "乙公司" in page and url in page
    assert client.get(url).status_code == 200
    ImportRun.objects.update(state=RunState.DONE)
    assert client.get(url).status_code == 302
    assert client.post(url).status_code == 409


@pytest.mark.django_db
def test_a_run_is_held_and_goes_on(tmp_path, cast, client_as, settings, monkeypatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(cutting, "PORTION", 1)
    from weixi.customers.importing import runs

    viewer = cast.viewer("specialist")
    client = client_as(cast.specialist)
    run = runs.upload("customers", "a.csv", ["客户名称\n甲公司\n乙公司\n丙公司\n".encode()], viewer=viewer)
    runs.match_columns(run, ["name"], viewer=viewer)
    client.post(reverse("import-pause", args=[run.pk]))
    jobs.run_pending()
    run.refresh_from_db()
    assert run.state == RunState.PAUSED and not run.parts.exists()
    client.post(reverse("import-again", args=[run.pk]))
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.created) == (RunState.CHECKED, 3)
    client.post(reverse("import-start", args=[run.pk]))
    write = engine._write_portion

    def held(run, part, *more) -> None:
        if part.seq == 1:
            runs.pause(ImportRun.objects.get(pk=run.pk), viewer=viewer)
        write(run, part, *more)

    monkeypatch.setattr(engine, "_write_portion", held)
    jobs.run_pending()
    run.refresh_from_db()
    # The portion at hand is not half written.
    assert (run.state, run.wrote) == (RunState.PAUSED, True)
    assert Customer.objects.filter(name__in=("甲公司", "乙公司", "丙公司")).count() == 1
    assert "import-again" not in client.get(run.get_absolute_url()).content.decode()
    monkeypatch.setattr(engine, "_write_portion", write)
    client.post(reverse("import-again", args=[run.pk]))
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.created) == (RunState.DONE, 3)
    assert client.post(reverse("import-pause", args=[run.pk])).status_code == 409
