"""Files of a customer in the API: listed, brought, fetched, taken off."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import Field

from weixi.customers.attachments import services
from weixi.customers.attachments.queries import files_of, get_attachment_for, kept_of, kind_of
from weixi.customers.models import Attachment
from weixi.customers.queries import get_customer_for
from weixi.kernel.api.answers import FILE, read, write
from weixi.kernel.api.files import blocks_of
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import Given, Moment, PersonRef, Taken, person_ref
from weixi.kernel.files.serving import send
from weixi.organisation.requests import Asked

router = Router(tags=["files"])


class FileOut(Given):
    """A file of a customer. `about` names what it hangs on (`contact:7`), empty for the archive itself."""

    id: int
    customer_id: int
    about: str
    name: str
    size: int
    media_type: str
    sha256: str
    added_at: Moment
    added_by: PersonRef | None


class BroughtAs(Taken):
    name: str = Field(
        min_length=1, max_length=200, description=gettext_noop("The file's name; its kind is told from its content.")
    )
    about: str = Field(
        "", max_length=40, description=gettext_noop("What it hangs on: `contact:7`, `contract:3`. Empty: the archive.")
    )


class RemoveFile(Taken):
    reason: str = Field(min_length=1, max_length=200)


@router.get(
    "/customers/{int:customer_id}/files", summary=gettext_noop("The files of a customer, the newest first"),
    **read(Page[FileOut]),
)  # fmt: skip
def list_files(request: Asked, customer_id: int, asked: Query[Paged]) -> Page[FileOut]:
    customer = get_customer_for(request.viewer, customer_id)
    rows = files_of(customer).select_related("added_by").order_by("-added_at", "-id")
    return Page[FileOut](**page_of(rows, asked, file_out))


@router.post(
    "/customers/{int:customer_id}/files",
    summary=gettext_noop("Attach a file"),
    description=gettext_noop(
        "The body is the file itself, with `Content-Type: application/octet-stream` and its length. What is no kind "
        "of file that is taken is refused (400), a larger one than the policy allows too (413), and more than a person "
        "or a customer may have (429)."
    ),
    **write(FileOut, 201, body=FILE),
)
def upload_file(request: Asked, customer_id: int, asked: Query[BroughtAs]) -> Status[FileOut]:
    customer = get_customer_for(request.viewer, customer_id)
    made = services.attach(customer, asked.name, blocks_of(request), viewer=request.viewer, about=asked.about)
    return Status(201, file_out(made))


@router.get(
    "/files/{int:file_id}/content",
    summary=gettext_noop("The file itself"),
    description=gettext_noop("Always to be saved, never to be shown: nothing in it runs."),
    **read(None),
)
def get_file_content(request: Asked, file_id: int) -> HttpResponseBase:
    row = get_attachment_for(request.viewer, file_id)
    return send(kept_of(row), kind_of(row), row.name)


@router.delete(
    "/files/{int:file_id}",
    summary=gettext_noop("Take a file off"),
    description=gettext_noop("It can no longer be opened, and is destroyed when the policy's time has passed."),
    **write(None, 204),
)
def delete_file(request: Asked, file_id: int, payload: RemoveFile) -> Status[None]:
    row = get_attachment_for(request.viewer, file_id)
    services.remove(row, viewer=request.viewer, reason=payload.reason)
    return Status(204, None)


def file_out(row: Attachment) -> FileOut:
    names = [name for name in FileOut.model_fields if name != "added_by"]
    return FileOut(**{name: getattr(row, name) for name in names}, added_by=person_ref(row.added_by))
