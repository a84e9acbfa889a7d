"""What one archive lacks now, field by field, and the form that gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from weixi.customers.access import viewer_access
from weixi.customers.cells import Cell, contact_cell, customer_cell
from weixi.customers.fields import field_of, standard_fields
from weixi.customers.fields.built_in import CONTACT_PREFIX
from weixi.customers.forms import field_for
from weixi.customers.labels import label_of
from weixi.customers.listed_forms import offer_stored
from weixi.customers.models import ArchiveState, Contact, Customer
from weixi.customers.quality.invalid import refused_values
from weixi.customers.quality.judging import Judge
from weixi.customers.queries.archive import archive_values
from weixi.kernel import clock
from weixi.organisation.kept_forms import KeptForm
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Lacking:
    """A field to be given or confirmed. `cell` is what stands there as the viewer sees it; None for a field of
    his people or one that is kept elsewhere. `since` is when it was last entered or confirmed."""

    key: str
    label: str
    stale: bool
    since: date | None
    of_contact: bool
    cell: Cell | None
    # Of a contact's field: key, name and value of each of the people, as the viewer sees them.
    people: tuple[tuple[int, str, str], ...] = ()
    # What stands there would be refused if it was typed today.
    invalid: bool = False


def lacking(viewer: Viewer, customer: Customer) -> list[Lacking]:
    """Missing key fields first, then what is invalid, then what is older than its update frequency."""
    judge = Judge(standard_fields())
    state = ArchiveState.objects.filter(pk=customer.pk).first()
    values = archive_values([customer.pk], judge.keys)[customer.pk]
    entered = state.entered_on if state else clock.today()
    stamps = state.stamps if state else {}
    found = judge.lack(values, kind=customer.kind, entered_on=entered, stamps=stamps, today=clock.today())
    wrong = [key for key in refused_values([customer.pk]).get(customer.pk, ()) if key not in found.missing]
    rows, people = [], people_of(customer)
    for key in dict.fromkeys((*found.missing, *wrong, *found.stale)):
        asked = judge.by_key.get(key)
        of_contact = asked.of == "contact" if asked is not None else key.startswith(CONTACT_PREFIX)
        stamp = stamps.get(key)
        # What is wrong is put right, not said to be right still.
        stale = key in found.stale and key not in wrong
        rows.append(
            Lacking(
                key,
                str(field_of(key).full_label) if of_contact else _label(judge, key),
                stale,
                (date.fromisoformat(stamp) if stamp else entered) if stale else None,
                of_contact,
                None if of_contact else customer_cell(viewer, customer, key),
                _seen_people(viewer, people, key) if of_contact else (),
                key in wrong,
            )
        )
    return rows


def _label(judge: Judge, key: str) -> str:
    label = label_of(key)
    known = judge.by_key.get(key)
    return known.title if label == key and known is not None else label


def _seen_people(viewer: Viewer, people: list[Contact], key: str) -> tuple[tuple[int, str, str], ...]:
    access, column = viewer_access(viewer), key.removeprefix("contact_")
    found = []
    for each in people:
        cell = contact_cell(viewer, each, column) if column != "name" else None
        found.append((each.pk, access.present("contact_name", each.name), cell.text if cell and cell.filled else ""))
    return tuple(found)


def people_of(customer: Customer) -> list[Contact]:
    return list(Contact.objects.filter(customer=customer, removed_at=None))


class EnrichForm(KeptForm):
    """The fields that an archive lacks, and no others."""

    def __init__(self, *args: Any, rows: list[Lacking], customer: Customer, **kwargs: Any) -> None:
        cells = {row.key: row.cell for row in rows if row.cell is not None and row.cell.editable}
        initial = {key: cell.value for key, cell in cells.items()}
        super().__init__(*args, initial={**initial, "version": customer.version}, **kwargs)
        for key in cells:
            self.fields[key] = field_for(key)
            # Nothing is forced: what is not known today stays asked for.
            self.fields[key].required = False
        offer_stored(self)
        self.keys = tuple(cells)
        self._wrong = frozenset(row.key for row in rows if row.invalid)

    def clean(self) -> dict[str, Any]:
        """A wrong value that was left as it is stands in nobody's way: the other fields are saved."""
        for key in self._wrong & self.errors.keys() - set(self.changed_data):
            del self.errors[key]
        return super().clean() or self.cleaned_data

    def given(self) -> dict[str, Any]:
        """Only what differs from what was shown."""
        return {key: self.cleaned_data[key] for key in self.keys if key in self.changed_data}
