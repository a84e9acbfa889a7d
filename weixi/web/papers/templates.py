"""The company's own layouts: kept after their placeholders were read, taken off again."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from weixi.customers.models import PaperTemplate
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.files import store
from weixi.kernel.files.names import shown_name
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.web.papers.content import CARD, FORM, RECORD

KINDS = (FORM, RECORD, CARD)


def keep_template(kind: str, name: str, blocks: Iterable[bytes], *, viewer: Viewer) -> PaperTemplate:
    """Take a Word file as the company's layout of a form, in the place of the one before.

    Raises Invalid for an unknown form, for what is no Word file, and for a placeholder that is not on the list.
    """
    viewer.require(Right.SYSTEM_MANAGE)
    if kind not in KINDS:
        raise Invalid(_("There is no such form."), fields={"kind": _("Choose one of the list.")})
    # Loaded when somebody works with Word files: it is a tenth of what the program loads at its start.
    from weixi.web.papers import word  # noqa: PLC0415

    kept = store.keep(blocks, most_bytes=word.MOST_BYTES)
    try:
        word.check_template(kept.path.read_bytes())
        with unit_of_work(actor=viewer.actor) as work:
            PaperTemplate.objects.filter(kind=kind, ended_at=None).update(ended_at=work.now)
            made = PaperTemplate.objects.create(
                kind=kind, name=shown_name(name, "docx"), stored=kept.name, size=kept.size, sha256=kept.sha256,
                added_at=work.now, added_by=viewer.user,
            )  # fmt: skip
            work.record(
                "template.kept",
                subject=("template", made.pk),
                data={"kind": kind, "name": made.name, "sha256": kept.sha256},
            )
    except BaseException:
        store.drop(kept.name)
        raise
    return made


def end_template(kind: str, *, viewer: Viewer) -> None:
    """Back to the product's own layout. Raises Conflict when there is no other."""
    viewer.require(Right.SYSTEM_MANAGE)
    with unit_of_work(actor=viewer.actor) as work:
        held = PaperTemplate.objects.filter(kind=kind, ended_at=None).first()
        if held is None:
            raise Conflict(_("This form has no layout of the company's own."))
        held.ended_at = work.now
        held.save(update_fields=["ended_at"])
        work.record("template.ended", subject=("template", held.pk), data={"kind": kind})


def template_for(kind: str) -> PaperTemplate | None:
    """The layout that holds for a form."""
    return PaperTemplate.objects.filter(kind=kind, ended_at=None).first()


def content_of(template: PaperTemplate) -> bytes:
    """Raises Conflict when the file is missing or not as it was kept."""
    kept = store.Kept(template.stored, template.size, template.sha256)
    if not store.is_whole(kept):
        raise Conflict(_("The company's layout of this form is damaged; bring it anew."), code="template.damaged")
    return kept.path.read_bytes()
