"""Attaching, opening and removing files; who may; what an attacker brings; what a death in between leaves."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from weixi.customers.attachments import room, services, wiring
from weixi.customers.attachments.services import Exhausted, attach, remove, tidy
from weixi.customers.models import Attachment, Customer, FileTotal
from weixi.customers.services import add_contact, archive_customer
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.kernel.files import store
from weixi.kernel.files.store import TooLarge
from weixi.kernel.files.tests.samples import exif, jpeg, png
from weixi.organisation.scope import system_viewer
from weixi.policy.document.durations import Duration
from weixi.policy.document.guard import Files
from weixi.privacy.queries import person_of_contact
from weixi.privacy.services import erase_person
from weixi.testing.cast import Cast

pytestmark = pytest.mark.usefixtures("own_store")
Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return cast.customer_of("specialist")


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_to(**given: Any) -> None:
        values = {
            "largest_mb": 1, "pixels_at_most": 1000, "per_person_and_day": 5, "total_gb": 1,
            "kept_after_removal": Duration.parse("P30D"),
        } | given  # fmt: skip
        monkeypatch.setattr(services, "file_limits", lambda: Files.model_construct(**values))

    return set_to


def on_disk() -> list[Path]:
    return [path for path in store.root().rglob("*") if path.is_file()] if store.root().exists() else []


def test_a_file_is_kept_under_a_name_of_ours_and_told(cast: Cast, customer: Customer) -> None:
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群")
    made = attach(
        customer, "..\\合同 扫描.jpeg", [jpeg((0xE1, exif()))], viewer=cast.viewer("specialist"),
        about=f"contact:{contact.pk}",
    )  # fmt: skip
    assert (made.name, made.suffix, made.media_type, made.picture) == ("合同 扫描.jpg", "jpg", "image/jpeg", True)
    (path,) = on_disk()
    assert path.name == made.stored and "合同" not in str(path) and b"GPSSECRET" not in path.read_bytes()
    assert store.is_whole(store.Kept(made.stored, made.size, made.sha256))
    event = Event.objects.select_related("personal").get(type="file.attached")
    assert event.subject == f"file:{made.pk}" and event.data["sha256"] == made.sha256
    assert event.personal.data == {"name": "合同 扫描.jpg"} and "合同" not in str(event.data)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ([HTML], Invalid), ([], Invalid), ([b""], Invalid), ([b"MZ\x90\x00\x03"], Invalid), ([png(400, 400)], Invalid),
        ([png()[:30]], Invalid), ([b"a" * 600_000] * 2, TooLarge),
    ],
)  # fmt: skip
def test_a_refused_file_leaves_nothing(
    cast: Cast, customer: Customer, limits: Any, content: list[bytes], error: type[Exception]
) -> None:
    limits()
    with pytest.raises(error):
        attach(customer, "x.png", content, viewer=cast.viewer("specialist"))
    assert on_disk() == [] and not Attachment.objects.exists()
    assert not Event.objects.filter(type="file.attached").exists()


def test_an_upload_that_breaks_off_leaves_nothing(cast: Cast, customer: Customer) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        attach(customer, "x.txt", blocks(), viewer=cast.viewer("specialist"))
    assert on_disk() == []


def test_many_small_files_come_to_an_end(cast: Cast, customer: Customer, limits: Any) -> None:
    limits(per_person_and_day=3)
    viewer = cast.viewer("specialist")
    for number in range(3):
        attach(customer, f"{number}.txt", [b"x"], viewer=viewer)
    with pytest.raises(Exhausted):
        attach(customer, "4.txt", [b"x"], viewer=viewer)
    assert len(on_disk()) == 3
    limits(total_gb=1)
    FileTotal.objects.update(bytes=999_999_999)
    other = cast.viewer("supervisor")
    with pytest.raises(Exhausted):
        attach(customer, "5.txt", [b"xx"], viewer=other)
    assert len(on_disk()) == 3
    attach(customer, "5.txt", [b"x"], viewer=other)
    with pytest.raises(Exhausted):
        attach(customer, "6.txt", [b"x"], viewer=other)


def test_one_customer_cannot_take_all_the_room(cast: Cast, customer: Customer, limits: Any) -> None:
    limits(per_customer_mb=1)
    viewer = cast.viewer("specialist")
    attach(customer, "1.txt", [b"x" * 600_000], viewer=viewer)
    attach(customer, "2.txt", [b"x" * 600_000], viewer=viewer)
    with pytest.raises(Exhausted):
        attach(customer, "3.txt", [b"x"], viewer=viewer)
    attach(cast.customer_of("colleague"), "3.txt", [b"x"], viewer=SYSTEM)


def test_the_room_taken_is_kept_and_not_added_up(cast: Cast, customer: Customer, limits: Any, moved_clock: Any) -> None:
    limits()
    viewer = cast.viewer("specialist")
    made = [attach(customer, f"{number}.txt", [b"x" * 10], viewer=viewer) for number in range(2)]
    assert FileTotal.objects.get().bytes == 20 == room.counted()
    remove(made[0], viewer=viewer, reason="传错了")
    assert FileTotal.objects.get().bytes == 20
    assert tidy(clock.now() + timedelta(days=40)) == 1
    assert FileTotal.objects.get().bytes == 10 == room.counted()
    erase_person(_person_of(customer), viewer=SYSTEM, reason="本人要求")
    assert FileTotal.objects.get().bytes == room.counted()
    FileTotal.objects.update(bytes=7)
    assert list(wiring._total_is_right()) != []


def _person_of(customer: Customer) -> Any:
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群")
    attach(customer, "名片.txt", [b"y" * 5], viewer=SYSTEM, about=f"contact:{contact.pk}")
    return person_of_contact(contact)


def test_who_may_and_what_it_hangs_on(cast: Cast, customer: Customer) -> None:
    foreign = add_contact(cast.customer_of("outsider"), viewer=SYSTEM, name="外人")
    for about in (f"contact:{foreign.pk}", "contact:x", "nothing:1", "contact:" + "9" * 30):
        with pytest.raises(NotFound):
            attach(customer, "x.txt", [b"x"], viewer=cast.viewer("specialist"), about=about)
    with pytest.raises(Forbidden):
        attach(customer, "x.txt", [b"x"], viewer=cast.viewer("executive"))
    archive_customer(customer, viewer=SYSTEM, reason="并入")
    customer.refresh_from_db()
    with pytest.raises(Conflict):
        attach(customer, "x.txt", [b"x"], viewer=cast.viewer("specialist"))


def test_removed_it_cannot_be_opened_and_goes_in_time(
    cast: Cast, client_as: Desk, customer: Customer, limits: Any
) -> None:
    limits()
    viewer, desk = cast.viewer("specialist"), client_as(cast.specialist)
    made = attach(customer, "x.txt", [b"x"], viewer=viewer)
    with pytest.raises(Invalid):
        remove(made, viewer=viewer, reason="  ")
    remove(made, viewer=viewer, reason="传错了")
    with pytest.raises(Conflict):
        remove(made, viewer=viewer, reason="再来")
    assert desk.get(reverse("attachment", args=[made.pk])).status_code == 404
    assert tidy() == 0 and len(on_disk()) == 1
    assert tidy(clock.now() + timedelta(days=31)) == 1 and on_disk() == []
    assert tidy(clock.now() + timedelta(days=31)) == 0
    assert list(wiring._rows_without_file()) == []


# --- served -----------------------------------------------------------------------------------------


def test_it_is_served_so_that_nothing_runs(cast: Cast, client_as: Desk, customer: Customer) -> None:
    made = attach(customer, '报价"\r\nX: y.pdf', [b"%PDF-1.7 /JS"], viewer=cast.viewer("specialist"))
    answer = client_as(cast.specialist).get(reverse("attachment", args=[made.pk]) + "?show")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 /JS"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E6%8A%A5%E4%BB%B7" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "X" not in answer.headers and "no-store" in answer["Cache-Control"]
    picture = attach(customer, "a.png", [png()], viewer=cast.viewer("specialist"))
    shown = client_as(cast.specialist).get(reverse("attachment", args=[picture.pk]) + "?show")
    assert shown["Content-Disposition"].startswith("inline") and shown["Content-Type"] == "image/png"


def test_nobody_else_reaches_it(cast: Cast, client_as: Desk, customer: Customer) -> None:
    made = attach(customer, "x.txt", [b"secret"], viewer=cast.viewer("specialist"))
    url = reverse("attachment", args=[made.pk])
    assert client_as(cast.outsider).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    for path in (f"/files/{made.stored}", f"/files/kept/{made.stored[:2]}/{made.stored}", f"/media/{made.stored}"):
        assert client_as(cast.specialist).get(path).status_code == 404


@pytest.mark.parametrize("harm", ["gone", "short", "flipped"])
def test_a_damaged_file_is_said_to_be(cast: Cast, client_as: Desk, customer: Customer, harm: str) -> None:
    made = attach(customer, "x.txt", [b"0123456789"], viewer=cast.viewer("specialist"))
    path = store.path_of(made.stored)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(b"01234" if harm == "short" else b"0123456780")
    desk = client_as(cast.specialist)
    assert desk.get(reverse("attachment", args=[made.pk])).status_code == 409
    page = desk.get(reverse("customer-files", args=[customer.pk]))
    assert page.status_code == 200 and ("损坏" in page.content.decode()) == (harm != "flipped")
    assert len(list(wiring._rows_without_file())) == (harm != "flipped")


def test_several_at_once_and_each_refusal_named(cast: Cast, client_as: Desk, customer: Customer) -> None:
    desk, url = client_as(cast.specialist), reverse("attachment-add", args=[customer.pk])
    files = [SimpleUploadedFile("好.txt", b"ok"), SimpleUploadedFile("坏.png", HTML, content_type="image/png")]
    answer = desk.post(url, {"file": files})
    page = answer.content.decode()
    assert answer.status_code == 422 and "坏.png" in page and "不收这种文件" in page and "好.txt" in page
    assert Attachment.objects.count() == 1
    assert desk.post(url, {"file": [SimpleUploadedFile("再.txt", b"ok")]}).status_code == 302
    tab = desk.get(f"{reverse('customer', args=[customer.pk])}?tab=files").content.decode()
    assert "再.txt" in tab and "好.txt" in tab
    assert desk.post(url).status_code in (400, 422)


def test_an_endless_request_is_cut_off(cast: Cast, client_as: Desk, customer: Customer, settings: Any) -> None:
    settings.UPLOAD_MOST_BYTES = 1000
    big = SimpleUploadedFile("x.txt", b"a" * 200_000)
    answer = client_as(cast.specialist).post(reverse("attachment-add", args=[customer.pk]), {"file": big})
    assert answer.status_code == 413, answer.content.decode()[-1500:]
    assert on_disk() == []


def test_the_list_asks_equally_often(cast: Cast, customer: Customer, assert_queries_same: Any) -> None:
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群")

    def add() -> None:
        attach(customer, "x.txt", [b"x"], viewer=cast.viewer("specialist"), about=f"contact:{contact.pk}")

    add()
    assert_queries_same(lambda: wiring._panel(cast.viewer("specialist"), customer), add)


# --- a death in between -----------------------------------------------------------------------------


def test_a_death_before_the_row_leaves_a_stray_that_is_swept(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_args: Any, **_kwargs: Any) -> None:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(services, "unit_of_work", die)
        # A dead process cleans nothing up.
        dying.setattr(store, "drop", lambda name: None)
        with pytest.raises(Died):
            attach(customer, "x.txt", [b"x"], viewer=cast.viewer("specialist"))
    (stray,) = on_disk()
    assert list(store.strays(services.known_names, clock.now())) == [], "it may still be on its way"
    old = time.time() - 2 * store.GRACE_SECONDS
    os.utime(stray, (old, old))
    assert len(list(wiring._files_without_row())) == 1
    kept = attach(customer, "y.txt", [b"y"], viewer=cast.viewer("specialist"))
    os.utime(store.path_of(kept.stored), (old, old))
    assert tidy() == 1 and [path.name for path in on_disk()] == [kept.stored]


def test_a_stream_is_read_only_once(cast: Cast, customer: Customer) -> None:
    stream = io.BytesIO(b"x" * 3_000_000)
    made = attach(customer, "x.txt", iter(lambda: stream.read(65536), b""), viewer=cast.viewer("specialist"))
    assert made.size == 3_000_000
