"""A form of a page that makes something, sent twice: pressed twice without scripts, sent again because no answer came.

Every rendering of a form carries another token against forgery, so the same values to the same address are the
same form; somebody who opens it anew sends others, and makes a second thing if he means to. A file counts by its
content.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from weixi.kernel.errors import Busy, Conflict
from weixi.kernel.once import claims
from weixi.kernel.once.models import SentForm
from weixi.kernel.replies import trigger

FORM, FORM_WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"
# Who sends it again while it is being done waits for its answer.
LOOK_SECONDS, WAIT_SECONDS = 0.1, 10.0
View = Callable[..., HttpResponseBase]


def once_per_form(view: View) -> View:
    """The view of a form that makes something: each form as it was shown does so once, and says the same again.

    What is done and shown once only (a new secret) answers 201 with a `Location`: sent again it leads there.
    """

    @wraps(view)
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not _is_form(request):
            return view(request, *args, **kwargs)
        record = _claimed(request, _digest(request))
        if record.status:
            return _again(request, record)
        return claims.carry_out(record, lambda: view(request, *args, **kwargs), _kept)  # type: ignore[arg-type, return-value]

    sent.once_per_form = True  # type: ignore[attr-defined]
    return sent


@dataclass
class FormPart:
    """One of the things that a form makes, each for itself: `done` when an earlier sending of the form has made it."""

    record: SentForm | None

    @property
    def done(self) -> bool:
        return self.record is not None and self.record.status > 0

    def finish(self) -> None:
        """Call it in the transaction that makes the thing: either both are there or neither."""
        if self.record is not None:
            claims.finish(self.record)


@contextmanager
def once_per_part(request: HttpRequest, *names: str, file: UploadedFile) -> Iterator[FormPart]:
    """For a form of which a part may be refused while the others stay (several files): each part is made once, whatever
    becomes of the rest. `names` tell apart equal files of one form."""
    if not _is_form(request):
        yield FormPart(None)
        return
    said = (request.get_full_path(), request.POST["csrfmiddlewaretoken"], *names, file.name or "", _of_file(file))
    record = _claimed(request, hashlib.sha256(json.dumps(said).encode()).hexdigest())
    part = FormPart(record)
    try:
        yield part
    except BaseException:
        claims.release(record)
        raise
    if not part.done:
        claims.release(record)


def forget_old() -> int:
    """Remove forms nobody sends again; run by the worker's minute."""
    return claims.forget_old(SentForm.objects.all())


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in (FORM, FORM_WITH_FILES) and "csrfmiddlewaretoken" in request.POST


def _digest(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.get_full_path()}\n{request.headers.get('HX-Target', '')}\n".encode())
    if request.content_type == FORM:
        digest.update(request.body)
        return digest.hexdigest()
    # Its bytes are parsed already, and their boundary is another each time.
    parts: list[tuple[str, ...]] = [(name, *values) for name, values in sorted(request.POST.lists())]
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            parts.append((name, file.name or "", _of_file(file)))
    digest.update(json.dumps(parts).encode())
    return digest.hexdigest()


def _of_file(file: UploadedFile) -> str:
    content = hashlib.sha256()
    for block in file.chunks():
        content.update(block)
    return content.hexdigest()


def _claimed(request: HttpRequest, digest: str) -> SentForm:
    """The claim of this person on what has this digest; who comes while it is being done waits for its end."""
    person = int(request.user.pk or 0)
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return claims.claim(
                SentForm(person_id=person, digest=digest),
                SentForm.objects.filter(person_id=person, digest=digest),
            )
        except (Busy, Conflict):
            if time.monotonic() > until:
                raise
            time.sleep(LOOK_SECONDS)


def _kept(response: HttpResponse) -> dict[str, Any] | None:
    """Nothing of a page that is shown: what was sent did not come to its end."""
    events = ",".join(json.loads(response.get("HX-Trigger", "{}")))
    location = response.get("Location") or response.get("HX-Redirect", "")
    if response.status_code not in {201, 204, 302} or len(location) > 500 or len(events) > 300:
        return None
    return {"location": location, "events": events}


def _again(request: HttpRequest, record: SentForm) -> HttpResponseBase:
    if record.status == 201:
        text = _("It was made already. What is shown only once stood in the first answer; without it, make another.")
        messages.warning(request, text)
    if record.status in (201, 302):
        return HttpResponseRedirect(record.location)
    response = HttpResponse(status=204)
    if record.location:
        response["HX-Redirect"] = record.location
    done = {"text": _("It was saved already."), "undo": None}
    names = filter(None, record.events.split(","))
    return trigger(response, {name: done if name == "wx:done" else True for name in names})
