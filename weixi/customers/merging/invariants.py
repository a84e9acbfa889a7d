"""What must hold of merges: lines of `weixi doctor`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.merging.moving import children, model_of
from weixi.customers.models import Customer, MergeRecord
from weixi.kernel import doctor


def merged_as_recorded() -> Iterator[str]:
    """A customer is part of another exactly by a merge in force, and put away as long."""
    forced = MergeRecord.objects.filter(undone_at=None).values("loser_id")
    odd = Customer.objects.filter(
        Q(merged_into__isnull=False) & ~Q(pk__in=forced) | Q(merged_into__isnull=True, pk__in=forced)
    )
    for number in odd.values_list("number", flat=True):
        yield _("Customer %(number)s is merged without a record of it, or the other way round.") % {"number": number}
    for number in Customer.objects.filter(merged_into__isnull=False, archived_at=None).values_list("number", flat=True):
        yield _("Customer %(number)s was merged and still stands in the lists.") % {"number": number}
    wrong = MergeRecord.objects.filter(undone_at=None).exclude(loser__merged_into_id=F("winner_id"))
    for number in wrong.filter(loser__merged_into__isnull=False).values_list("loser__number", flat=True):
        yield _("Customer %(number)s is part of another than its merge says.") % {"number": number}


def nothing_left_behind() -> Iterator[str]:
    """What moves with a customer does not hang on one that was merged, except what the other had already."""
    for child in children():
        if child.once is not None:
            continue
        rows = model_of(child)._default_manager.filter(**{f"{child.field}__merged_into__isnull": False})
        for number in sorted(set(rows.values_list(f"{child.field}__number", flat=True)[:20])):
            yield _("%(what)s still hang on customer %(number)s, which was merged.") % {
                "what": child.label, "number": number,
            }  # fmt: skip


def register() -> None:
    doctor.check("customers.merged", gettext_lazy("Merged customers are as their merges say"), merged_as_recorded)
    doctor.check("customers.moved", gettext_lazy("Nothing hangs on a merged customer"), nothing_left_behind)
