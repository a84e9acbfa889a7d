"""Sending notices by mail, from the worker, after what they tell has been committed.

A notice goes `waiting -> sending -> sent`. The Message-ID is fixed before sending. When the process
dies in between nobody can know whether the server took the mail: the state is `unknown`, and after a
pause it is sent once more with the same Message-ID, by which a mailbox drops a second copy. Killed
again it stays `unknown` for a person to judge. A server that answers with "later" is asked again with
growing pauses; one that cannot be reached holds everything up and loses nothing.

Quiet pacing: a person gets at most `MAILS_PER_HOUR`; what comes thicker is folded into one digest.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.kernel import clock
from weixi.kernel.jobs import lease
from weixi.kernel.literal import among
from weixi.kernel.outbox.holding import is_held
from weixi.kernel.outbox.models import MailState, Notice
from weixi.kernel.outbox.queries import told_to
from weixi.kernel.scope import viewer_for

logger = logging.getLogger(__name__)

MAILS_PER_HOUR = 6
SINGLE_MAILS = 3
DIGEST_LINES = 50
MAX_ATTEMPTS = 8
PAUSE_WHEN_UNKNOWN = timedelta(minutes=10)
HOUR = timedelta(hours=1)


def send_due(limit: int = 500) -> int:
    """Send what is due; gives how many mails the server took. Does nothing without a mail server, and while
    messages are held (`holding`).

    Raises OSError (the worker shows it) when the server cannot be reached; nothing is lost by that.
    """
    if not settings.EMAIL_HOST or is_held():
        return 0
    _find_unknown()
    now = clock.now()
    # Uses index: notice_mail
    due = Notice.objects.filter(
        among("mail_state", [MailState.WAITING, MailState.SENDING, MailState.UNKNOWN]),
        mail_state__in=[MailState.WAITING, MailState.UNKNOWN],
        mail_after__lte=now,
    )
    by_person: dict[int, list[Notice]] = {}
    for notice in due.order_by("pk")[:limit]:
        by_person.setdefault(notice.person_id, []).append(notice)
    if not by_person:
        return 0
    people = get_user_model().objects.in_bulk(by_person.keys())
    sent = 0
    with get_connection() as server:
        for person_id, notices in by_person.items():
            for batch in _batches(person_id, notices):
                sent += _send(server, people[person_id], batch)
    return sent


def _find_unknown() -> None:
    """What a dead process was sending may or may not have gone out."""
    sending = list(Notice.objects.filter(mail_state=MailState.SENDING))
    alive = lease.living(notice.mail_holder for notice in sending)
    for notice in sending:
        if notice.mail_holder not in alive:
            rows = Notice.objects.filter(pk=notice.pk, mail_holder=notice.mail_holder)
            rows.filter(mail_state=MailState.SENDING).update(**_unknown(notice))


def _unknown(notice: Notice) -> dict[str, Any]:
    """The state of a mail that perhaps went out: to be repeated once, and after that no more."""
    now = clock.now()
    again = None if notice.mail_sent_at else now + PAUSE_WHEN_UNKNOWN
    return {"mail_state": MailState.UNKNOWN, "mail_holder": "", "mail_after": again, "mail_sent_at": now}


def _batches(person_id: int, notices: list[Notice]) -> Iterable[list[Notice]]:
    """Which notices go together in a mail now, by the pace this person still has room for."""
    repeated: dict[str, list[Notice]] = {}
    for notice in notices:
        if notice.mail_state == MailState.UNKNOWN:
            repeated.setdefault(notice.mail_id, []).append(notice)
    yield from repeated.values()
    fresh = [notice for notice in notices if notice.mail_state == MailState.WAITING]
    # Uses index: notice_pace
    recent = Notice.objects.filter(person_id=person_id, mail_sent_at__gt=clock.now() - HOUR)
    room = MAILS_PER_HOUR - recent.values("mail_id").distinct().count() - len(repeated)
    if room <= 0 or not fresh:
        return
    if len(fresh) <= min(room, SINGLE_MAILS):
        yield from ([notice] for notice in fresh)
    else:
        yield fresh


def _send(server: Any, person: Any, batch: list[Notice]) -> bool:
    ids = [notice.pk for notice in batch]
    if not person.is_active or not _is_address(person.email):
        Notice.objects.filter(pk__in=ids).update(
            mail_state=MailState.FAILED,
            mail_error="no address" if person.is_active else "the person was disabled",
        )
        return False
    first = batch[0]
    message_id = first.mail_id or _message_id(batch)
    holder = lease.take()
    try:
        taken = Notice.objects.filter(pk__in=ids, mail_state=first.mail_state, mail_holder="").update(
            mail_state=MailState.SENDING,
            mail_holder=holder,
            mail_id=message_id,
            mail_attempts=F("mail_attempts") + 1,
        )
        if taken != len(ids):
            # Another process was at it: what this one took goes back as it was.
            Notice.objects.filter(pk__in=ids, mail_holder=holder).update(
                mail_state=first.mail_state, mail_holder="", mail_attempts=F("mail_attempts") - 1
            )
            return False
        return _deliver(server, person, batch, holder, message_id)
    finally:
        lease.drop(holder)


def _deliver(server: Any, person: Any, batch: list[Notice], holder: str, message_id: str) -> bool:
    ours = Notice.objects.filter(pk__in=[notice.pk for notice in batch], mail_holder=holder)
    try:
        took = server.send_messages([_mail(person, batch, message_id, server)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        _refused(ours, batch, error)
        return False
    except (BadHeaderError, UnicodeError) as error:
        ours.update(mail_state=MailState.FAILED, mail_holder="", mail_error=str(error)[:300])
        return False
    except (smtplib.SMTPException, OSError) as error:
        # The connection broke on the way: whether the server took the mail is not known.
        ours.update(**_unknown(batch[0]), mail_error=_sentence(error))
        raise
    if not took:
        _postpone(ours, batch, "the mail server took nothing")
        return False
    ours.update(mail_state=MailState.SENT, mail_holder="", mail_sent_at=clock.now(), mail_error="")
    return True


def _refused(ours: Any, batch: list[Notice], error: Exception) -> None:
    """The server has said no, so nothing went out: for good with 5xx, for now with 4xx."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((answer[0] for answer in error.recipients.values()), default=550)
    if code is not None and code >= 500:
        ours.update(mail_state=MailState.FAILED, mail_holder="", mail_error=_sentence(error))
    else:
        _postpone(ours, batch, _sentence(error))


def _postpone(ours: Any, batch: list[Notice], reason: str) -> None:
    attempts = max(notice.mail_attempts for notice in batch) + 1
    if attempts >= MAX_ATTEMPTS:
        ours.update(mail_state=MailState.FAILED, mail_holder="", mail_error=reason)
        return
    # Nothing went out under this Message-ID, so the notice may go with others next time.
    ours.update(
        mail_state=MailState.WAITING,
        mail_holder="",
        mail_id="",
        mail_after=clock.now() + timedelta(minutes=min(2**attempts, 120)),
        mail_error=reason,
    )


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _message_id(batch: list[Notice]) -> str:
    keys = "\n".join(notice.key for notice in batch)
    digest = hashlib.sha256(f"{settings.SECRET_KEY}\n{keys}".encode()).hexdigest()[:40]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{digest}@{host}>"


def _mail(person: Any, batch: list[Notice], message_id: str, server: Any) -> EmailMessage:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        listed = batch[:DIGEST_LINES]
        # Asked when it goes out: between the telling and this moment a customer may have been given away.
        words_now = told_to(viewer_for(person), listed)
        told = [(words, _link(notice.url)) for words, notice in zip(words_now, listed, strict=True)]
        if len(batch) == 1:
            words, link = told[0]
            subject, lines = words.title, [words.body or words.title, link]
        else:
            subject = ngettext("%(count)s notice", "%(count)s notices", len(batch)) % {"count": len(batch)}
            lines = [f"- {words.title} {link}".rstrip() for words, link in told]
            if len(batch) > DIGEST_LINES:
                lines.append(_("... and %(count)s more; see your notices.") % {"count": len(batch) - DIGEST_LINES})
        return EmailMessage(
            subject=subject,
            body="\n".join(line for line in lines if line) + "\n",
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[person.email],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
            connection=server,
        )


def _link(path: str) -> str:
    base = str(getattr(settings, "SITE_URL", "")).rstrip("/")
    return f"{base}{path}" if base and path else ""
