"""An erased person is nowhere, stays away, and the audit trail still holds."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.urls import reverse

from weixi.customers.models import Contact, Customer
from weixi.customers.services import add_contact, archive_customer, create_customer, remove_contact
from weixi.customers.services.bulk import NewContact, add_contacts
from weixi.interactions.models import Interaction
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock, personal, search
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events import seal
from weixi.kernel.events.models import EventPersonal
from weixi.kernel.jobs.models import Job
from weixi.kernel.personal import ERASED
from weixi.privacy import retention
from weixi.privacy.models import Erasure, Headcount, Tombstone
from weixi.privacy.queries import person_of_contact, person_of_customer
from weixi.privacy.services import collect_copy, erase_person, readmit_person
from weixi.privacy.services.copies import as_archive
from weixi.privacy.services.erasure import destroy_waiting_files
from weixi.privacy.services.headcount import count_today
from weixi.privacy.services.requests import open_request
from weixi.testing.policies import shipped_policy

NAME, MOBILE, MAIL = "欧阳若兮", "13987654321", "ruoxi@canary.example"
OTHER = "13377778899"


@pytest.fixture
def contact(cast):
    shipped_policy("quadrant")
    customer, viewer = cast.customer_of("specialist"), cast.viewer("specialist")
    found = add_contact(
        customer, viewer=viewer, name=NAME, mobile=MOBILE, email=MAIL, wechat="ruoxi-9", birthday="1988-05-20",
        key_person=True, remark="喜欢喝龙井",
    )  # fmt: skip
    record_interaction(
        customer, viewer=viewer, kind="call", contact=found, content=f"{NAME}说请打 139-8765-4321",
        followups=[Promise(f"给{NAME}寄样品", clock.now() + timedelta(days=2))],
    )  # fmt: skip
    return found


def rows_with(text: str) -> list[str]:
    """Every table and column of the database that still holds the text."""
    found = []
    escaped = json.dumps(text)[1:-1]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("kernel_searchfts", "sqlite_")):
                continue
            for column in connection.introspection.get_table_description(cursor, table):
                cast = f"CAST({connection.ops.quote_name(column.name)} AS TEXT)"
                cursor.execute(
                    f"SELECT COUNT(*) FROM {table} WHERE {cast} LIKE %s OR {cast} LIKE %s ESCAPE '!'",
                    [f"%{text}%", f"%{escaped}%"],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column.name}")
    return found


@pytest.mark.django_db
def test_nothing_of_an_erased_contact_is_left_in_any_table(cast, contact):
    assert rows_with(NAME), "the test must have something to find"
    assert rows_with(MOBILE)
    erase_person(person_of_contact(contact), viewer=cast.viewer("data_steward"), reason=f"{NAME}来信要求")
    assert {text: rows_with(text) for text in (NAME, MOBILE, MAIL, "ruoxi-9", "139-8765-4321", "1988-05-20")} == {
        text: [] for text in (NAME, MOBILE, MAIL, "ruoxi-9", "139-8765-4321", "1988-05-20")
    }
    stored = Contact.objects.get(pk=contact.pk)
    assert (stored.name, stored.mobile, stored.key_person) == (ERASED, "", False)
    assert Interaction.objects.get().content == f"{ERASED}说请打 {ERASED}"
    assert not list(search.find(NAME))
    seal.seal_pending()
    assert not seal.verify().faults


@pytest.mark.django_db
def test_an_erased_person_is_refused_by_hand_in_bulk_and_until_readmitted(cast, contact):
    steward, customer = cast.viewer("data_steward"), cast.customer_of("specialist")
    erase_person(person_of_contact(contact), viewer=steward, reason="本人要求")
    for values in (
        {"name": NAME},
        {"name": "若兮", "mobile": f"+86 {MOBILE}"},
        {"name": "若兮", "email": MAIL.upper()},
    ):
        with pytest.raises(Invalid):
            add_contact(customer, viewer=steward, **values)
        with pytest.raises(Invalid):
            add_contacts([NewContact(customer.pk, values)], viewer=steward)
    add_contact(cast.customer_of("colleague"), viewer=steward, name=NAME)  # of the same name elsewhere
    with pytest.raises(Invalid):
        readmit_person("13000000000", viewer=steward, evidence="签字")
    assert readmit_person(MOBILE, viewer=steward, evidence="本人 11 月来信") >= 3
    assert not Tombstone.objects.exists()
    add_contact(customer, viewer=steward, name=NAME, mobile=MOBILE)


@pytest.mark.django_db
def test_a_customer_who_is_a_person_goes_with_form_and_history(cast):
    steward = cast.viewer("data_steward")
    customer = create_customer(
        viewer=steward, number="P-1", name=NAME, kind="person", phone=MOBILE, home_address="龙井路一号", remark="老客户",
        other_phone=OTHER,
    )  # fmt: skip
    record_interaction(customer, viewer=steward, kind="call", content="家里地址是龙井路一号")
    erase_person(person_of_customer(customer), viewer=steward, reason="本人要求")
    assert [rows_with(text) for text in (NAME, MOBILE, OTHER, "龙井路一号")] == [[], [], [], []]
    stored = Customer.objects.get(pk=customer.pk)
    assert stored.number == "P-1"
    assert stored.archived_at
    with pytest.raises(Invalid):
        create_customer(viewer=steward, name="另一个名字", kind="person", phone=MOBILE)
    with pytest.raises(Invalid):
        create_customer(viewer=steward, name="又一个名字", kind="person", phone=OTHER)


@pytest.mark.django_db
def test_only_who_looks_after_personal_data_erases_and_only_once(cast, contact):
    person = person_of_contact(contact)
    with pytest.raises(Forbidden):
        erase_person(person, viewer=cast.viewer("specialist"), reason="x")
    with pytest.raises(Invalid):
        erase_person(person, viewer=cast.viewer("data_steward"), reason=" ")
    assert not Erasure.objects.exists()
    erase_person(person, viewer=cast.viewer("data_steward"), reason="x")
    with pytest.raises(Conflict):
        erase_person(person, viewer=cast.viewer("data_steward"), reason="x")


@pytest.mark.django_db(transaction=True)
def test_copies_in_files_are_destroyed_and_the_file_of_the_database_holds_nothing(cast, contact):
    folder = Path(settings.MEDIA_ROOT) / "imports" / "abc"
    folder.mkdir(parents=True)
    (folder / "source").write_bytes(f"姓名,手机\n{NAME},{MOBILE}\n".encode("gb18030"))
    with zipfile.ZipFile(folder / "errors.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", f"<si>{MAIL}</si>")
    (folder / "other").write_bytes("姓名\n王磊\n".encode())
    erasure = erase_person(person_of_contact(contact), viewer=cast.viewer("data_steward"), reason="本人要求")
    erasure.refresh_from_db()
    assert erasure.files_done_at
    assert erasure.files == []
    assert sorted(path.name for path in folder.iterdir()) == ["other"]
    if connection.vendor == "sqlite":
        database = Path(str(connection.settings_dict["NAME"]))
        # By another process: whoever opens and closes the file beside SQLite takes its locks from this whole process.
        files = sorted(database.parent.glob(f"{database.name}*"))
        everything = subprocess.run(["cat", *files], check=True, capture_output=True).stdout
        assert [text for text in (NAME, MOBILE, MAIL) if text.encode() in everything] == []


@pytest.mark.django_db
def test_files_of_a_process_that_ended_are_destroyed_by_the_next(cast, contact):
    folder = Path(settings.MEDIA_ROOT) / "imports" / "abd"
    folder.mkdir(parents=True)
    (folder / "source").write_text(MOBILE)
    erase_person(person_of_contact(contact), viewer=cast.viewer("data_steward"), reason="本人要求")
    assert (folder / "source").exists(), "the transaction of this test never commits"
    if connection.vendor == "sqlite":
        files = Erasure.objects.get().files
        assert files == ["imports/abd/source"]


@pytest.mark.django_db
def test_the_copy_has_every_source_and_is_on_record(cast, contact):
    person, steward = person_of_contact(contact), cast.viewer("data_steward")
    parts = collect_copy(person, viewer=steward)
    with zipfile.ZipFile(io.BytesIO(as_archive(person, parts))) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("data.html").decode()
    assert set(data["parts"]) == {source.code for source in personal.sources()}
    text = json.dumps(data, ensure_ascii=False)
    assert all(value in text for value in (NAME, MOBILE, MAIL, "喜欢喝龙井", "寄样品"))
    assert NAME in page
    # A page for the person: columns have names, moments read as people say them, no word of the program.
    assert '<th scope="col">时间</th>' in page and "姓名" in page
    assert not re.search(r"\d{4}-\d\d-\d\d|\+00:00|created_at|user:\d|contact\.", page)
    with pytest.raises(Forbidden):
        collect_copy(person, viewer=cast.viewer("specialist"))


@pytest.mark.django_db
def test_nobody_is_erased_before_it_is_said_to_be_final(cast, contact, client_as):
    remove_contact(contact, viewer=cast.viewer("data_steward"))
    client, address = client_as(cast.data_steward), reverse("privacy-retention")
    with clock.at(clock.now() + timedelta(days=3 * 366)):
        client.post(address, {})
        assert not Job.objects.filter(kind="privacy.retention").exists()
        client.post(address, {"sure": "1"})
        assert Job.objects.filter(kind="privacy.retention").count() == 1


@pytest.mark.django_db
def test_what_a_person_asks_leads_to_where_it_is_done(cast, contact, client_as):
    steward = cast.viewer("data_steward")
    asked = open_request(
        person_of_contact(contact), viewer=steward, kind="correct", channel="phone", identity="回拨", words="换号"
    )
    client = client_as(cast.data_steward)
    assert (
        reverse("person-answer", args=[asked.pk])
        in client.get(reverse("person-data", args=["contact", contact.pk])).content.decode()
    )
    assert (
        reverse("contact-edit", args=[contact.pk])
        in client.get(reverse("person-answer", args=[asked.pk])).content.decode()
    )


@pytest.mark.django_db
def test_the_dry_run_lists_who_left_long_ago_and_changes_nothing(cast, contact, moved_clock):
    steward = cast.viewer("data_steward")
    remove_contact(contact, viewer=steward)
    other = add_contact(cast.customer_of("colleague"), viewer=steward, name="王一")
    archive_customer(cast.customer_of("colleague"), viewer=steward, reason="停业")
    assert retention.count_due(steward) == 0
    with clock.at(clock.now() + timedelta(days=3 * 366)):
        assert {each.person.pk for each in retention.due(steward, limit=10)} == {contact.pk, other.pk}
        assert retention.count_due(steward) == 2
        assert Contact.objects.get(pk=contact.pk).name == NAME
        erase_person(person_of_contact(contact), viewer=steward, reason="期满", cause="retention")
        assert retention.count_due(steward) == 1


@pytest.mark.django_db
def test_people_are_counted_once_a_day(cast, contact):
    first = count_today()
    assert first is not None
    assert first.persons == Contact.objects.count()
    assert count_today() is None
    assert Headcount.objects.count() == 1


def test_every_table_that_points_at_a_person_is_answered_for():
    """A new table fails here until its slice says what it holds on a person, or that it holds nothing."""
    told = {table for source in personal.sources() for table in source.tables}
    # They hold keys, figures and dates of the customer, and no words about a person.
    silent = {
        "duties.Duty", "grading.GradeHistory", "grading.GradeResult", "grading.FallNotice", "privacy.Erasure",
        "customers.DuplicatePair", "customers.CustomerLink", "customers.MergeRecord", "customers.ArchiveState",
    }  # fmt: skip
    persons = {apps.get_model("customers.Customer"), apps.get_model("customers.Contact")}
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in persons
    }
    assert pointing - told - silent == set()


@pytest.mark.django_db
def test_personal_sides_of_others_that_speak_of_the_person_go_too(cast, contact):
    before = EventPersonal.objects.count()
    erase_person(person_of_contact(contact), viewer=cast.viewer("data_steward"), reason="本人要求")
    assert EventPersonal.objects.count() < before
    assert not [row for row in EventPersonal.objects.all() if NAME in json.dumps(row.data, ensure_ascii=False)]


@pytest.mark.django_db(transaction=True)
def test_waiting_files_may_be_destroyed_twice(cast, contact):
    erase_person(person_of_contact(contact), viewer=cast.viewer("data_steward"), reason="本人要求")
    destroy_waiting_files()
    destroy_waiting_files()
    assert Erasure.objects.get().files_done_at
