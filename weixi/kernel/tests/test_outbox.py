from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import translation

from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.outbox import mail, queries, registry, services
from weixi.kernel.outbox.models import MailState, Notice
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import create_user, disable_user

SYSTEM = system_viewer("test")
START = "2026-03-02T09:00:00+08:00"


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(registry, "_kinds", {})
    registry.register_kind("probe", "Late: %(title)s", "%(title)s was due %(due)s")
    registry.register_kind("quiet", "Only here", mail=False)


@pytest.fixture
def reader(db) -> User:
    return create_user("qian", viewer=SYSTEM, email="qian@example.com")


@pytest.fixture
def with_mail(settings, moved_clock) -> None:
    settings.EMAIL_HOST = "smtp.example.com"
    settings.SITE_URL = "https://crm.example.com"
    moved_clock(START)


class Server(EmailBackend):
    """Takes mail, or answers as the test says."""

    answers: list[Exception | None] = []

    def send_messages(self, messages):
        if Server.answers and (answer := Server.answers.pop(0)) is not None:
            raise answer
        return super().send_messages(messages)


@pytest.fixture
def server(settings, with_mail):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.answers = []
    return Server


def tell(person: User, key: str, title: str = "回访", kind: str = "probe") -> None:
    params = {"title": title, "due": START} if kind == "probe" else {}
    services.tell(person, kind, params, key=key, url="/duties/1/")


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("mail_state", flat=True))


def test_same_key_tells_once(reader) -> None:
    tell(reader, "a")
    tell(reader, "a", title="again")
    assert [n.params["title"] for n in Notice.objects.all()] == ["回访"]
    assert states() == [MailState.NONE]


def test_rolled_back_unit_tells_nothing(reader) -> None:
    with pytest.raises(RuntimeError), unit_of_work(actor="system:test"):
        tell(reader, "a")
        raise RuntimeError
    assert not Notice.objects.exists()


@pytest.mark.parametrize("url", ["https://elsewhere/", "//elsewhere/", "/a\nb", "x"])
def test_url_must_be_a_path_here(reader, url) -> None:
    with pytest.raises(ValueError, match="url"):
        services.tell(reader, "quiet", {}, key="a", url=url)


def test_unnamed_parameter_and_unknown_kind_are_refused(reader) -> None:
    with pytest.raises(ValueError, match="has no secret"):
        services.tell(reader, "probe", {"secret": 1}, key="a")
    with pytest.raises(ValueError, match="not registered"):
        services.tell(reader, "nonsense", {}, key="a")


@pytest.mark.parametrize("sentence", ["%s", "%(a)d", "100%", "%(a.b)s", "%%"])
def test_only_plain_placeholders_are_taken(sentence) -> None:
    with pytest.raises(ValueError, match="placeholders"):
        registry.register_kind("bad", sentence)


def test_values_are_text_and_never_formats() -> None:
    told = registry.tell_in_words("probe", {"title": "%(due)s {0.__class__} {{7*7}}", "due": ""}, "en")
    assert told.title == "Late: %(due)s {0.__class__} {{7*7}}"


def test_times_are_written_for_the_reader() -> None:
    with translation.override("zh-hans"):
        assert "2026年3月2日" in registry.tell_in_words("probe", {"title": "t", "due": START}).body
    assert "March 2, 2026" in registry.tell_in_words("probe", {"title": "t", "due": START}, "en").body
    assert registry.tell_in_words("gone", {}).title == "gone"


def test_reader_sees_only_his_own(reader) -> None:
    other = create_user("sun", viewer=SYSTEM)
    tell(reader, "a")
    tell(other, "b")
    viewer = viewer_of(reader)
    mine, foreign = Notice.objects.get(key="a"), Notice.objects.get(key="b")
    assert list(queries.notices_of(viewer)) == [mine]
    with pytest.raises(NotFound):
        queries.get_notice(viewer, foreign.pk)
    services.mark_read(foreign, viewer=viewer)
    foreign.refresh_from_db()
    assert foreign.read_at is None and queries.unread_of(viewer).count() == 1
    assert services.mark_all_read(viewer=viewer) == 1
    assert queries.unread_of(viewer).count() == 0 and not queries.notices_of(viewer, unread=True)
    assert queries.unread_of(SYSTEM) is None


def test_telling_many_costs_a_handful_of_statements(reader, django_assert_max_num_queries) -> None:
    messages = [services.Message(reader.pk, "quiet", f"k{n}") for n in range(200)]
    with django_assert_max_num_queries(8):
        services.tell_many(messages)
    assert Notice.objects.count() == 200


# --- mail -------------------------------------------------------------------------------------------


def test_without_a_mail_server_nothing_leaves(reader) -> None:
    tell(reader, "a")
    assert mail.send_due() == 0 and django_mail.outbox == [] and states() == ["none"]


def test_mail_goes_out_once_with_link_and_stable_id(reader, server) -> None:
    tell(reader, "a")
    tell(reader, "b", kind="quiet")
    assert mail.send_due() == 1 and mail.send_due() == 0
    (message,) = django_mail.outbox
    notice = Notice.objects.get(key="a")
    assert message.to == ["qian@example.com"] and message.subject.endswith("回访")
    assert "https://crm.example.com/duties/1/" in message.body
    assert message.extra_headers["Message-ID"] == notice.mail_id
    assert states() == ["sent", "none"]


def test_disabled_person_gets_no_mail(reader, server) -> None:
    tell(reader, "a")
    disable_user(reader, viewer=SYSTEM)
    assert mail.send_due() == 0 and states() == ["failed"]


def test_line_ends_in_a_title_make_no_header(reader, server) -> None:
    tell(reader, "a", title="x\r\nBcc: evil@example.com\u2028y")
    mail.send_due()
    (message,) = django_mail.outbox
    assert "\n" not in message.subject and message.recipients() == ["qian@example.com"]
    assert message.message()["Bcc"] is None


def test_many_notices_are_folded_and_paced(reader, server, moved_clock) -> None:
    for number in range(10):
        tell(reader, f"k{number}", title=f"事 {number}")
    assert mail.send_due() == 1
    (digest,) = django_mail.outbox
    assert all(f"事 {number}" in digest.body for number in range(10))
    for number in range(mail.MAILS_PER_HOUR - 1):
        tell(reader, f"m{number}")
        assert mail.send_due() == 1
    tell(reader, "over")
    assert mail.send_due() == 0
    moved_clock(clock.now() + timedelta(minutes=61))
    assert mail.send_due() == 1
    assert set(states()) == {"sent"}


def test_later_is_asked_again_with_a_pause_and_no_is_final(reader, server, moved_clock) -> None:
    tell(reader, "a")
    server.answers = [smtplib.SMTPDataError(451, b"greylisted")]
    assert mail.send_due() == 0 and states() == ["waiting"]
    assert mail.send_due() == 0
    moved_clock(clock.now() + timedelta(minutes=5))
    assert mail.send_due() == 1 and states() == ["sent"]
    tell(reader, "b")
    server.answers = [smtplib.SMTPRecipientsRefused({"qian@example.com": (550, b"no such user")})]
    assert mail.send_due() == 0 and states() == ["sent", "failed"]


def test_broken_connection_leaves_unknown_then_one_copy_with_the_same_id(reader, server, moved_clock) -> None:
    tell(reader, "a")
    server.answers = [smtplib.SMTPServerDisconnected("gone"), smtplib.SMTPServerDisconnected("gone")]
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.send_due()
    first = Notice.objects.get()
    assert first.mail_state == MailState.UNKNOWN and mail.send_due() == 0
    moved_clock(clock.now() + timedelta(minutes=11))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.send_due()
    again = Notice.objects.get()
    assert (again.mail_id, again.mail_state, again.mail_after) == (first.mail_id, MailState.UNKNOWN, None)
    moved_clock(clock.now() + timedelta(days=1))
    assert mail.send_due() == 0


def test_mail_of_a_killed_process_is_unknown_and_repeated_with_the_same_id(reader, server, moved_clock) -> None:
    tell(reader, "a")
    Notice.objects.update(mail_state=MailState.SENDING, mail_holder="file:0000#1", mail_id="<x@y>", mail_attempts=1)
    assert mail.send_due() == 0 and states() == ["unknown"]
    moved_clock(clock.now() + timedelta(minutes=11))
    assert mail.send_due() == 1
    assert django_mail.outbox[0].extra_headers["Message-ID"] == "<x@y>" and states() == ["sent"]


def test_one_bad_address_does_not_stop_the_others(reader, server) -> None:
    other = create_user("sun", viewer=SYSTEM, email="sun@example.com")
    User.objects.filter(pk=reader.pk).update(email="a@b.c\nBcc:x@y.z")
    tell(reader, "a")
    tell(other, "b")
    assert mail.send_due() == 1 and states() == ["failed", "sent"]


def test_the_midnight_of_a_due_time_ends_its_day() -> None:
    registry.register_kind("owed", "%(due_at)s", "from %(since)s")
    midnight = "2026-03-01T16:00+00:00"
    with translation.override("zh-hans"):
        told = registry.tell_in_words("owed", {"due_at": midnight, "since": midnight})
    assert "3月1日" in told.title and "24:00" in told.title
    assert "3月2日" in told.body and "24:00" not in told.body
