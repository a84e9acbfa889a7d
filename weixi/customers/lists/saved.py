"""Keeping views of the list: who finds one, who may change it, and saving it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weixi.customers.filtering.meaning import conditions_of
from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.filtering.tree import tests_of
from weixi.customers.grades import grade_labels
from weixi.customers.grouping.keys import key_for
from weixi.customers.grouping.sums import sums_for
from weixi.customers.lists.columns import Shown, readable_columns
from weixi.customers.lists.models import Audience, ListLayout, SavedView
from weixi.customers.queries.listing import Asker, read_sort
from weixi.customers.services.values import clean_values
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, plain, several
from weixi.kernel.slices import registry
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# `group=board.lifecycle`: a board by that; `group=region`: groups; a registered shape by its code.
BOARD = "board."
# Tabs beyond this are found on the page of views.
MOST_VIEWS = 200
# Views beyond these are found on their own page.
MOST_TABS = 12
FIELDS = ("name", "audience", "where", "text", "sort", "group", "sums", "archived", "columns")


def views_of(viewer: Viewer) -> QuerySet[SavedView]:
    """The views a person finds: his own, those of his department and the ones above it, everybody's.

    Uses index: list_view_owner, list_view_shared.
    """
    rows = SavedView.objects.filter(removed_at=None).select_related("owner")
    return rows if viewer.user is None else rows.filter(_found_by(viewer.user.pk, _departments_of(viewer.user)))


def _departments_of(user: User) -> list[int]:
    """A person's department and those above it."""
    return [int(part) for part in user.department.path.split("/") if part] if user.department else []


def _found_by(person: Any, departments: Any) -> Q:
    shared = Q(audience=Audience.PUBLIC) | Q(one_of("department_id", departments), audience=Audience.TEAM)
    return Q(owner=person) | shared


_TABS = Prepared(
    lambda person, departments: SavedView.objects.filter(_found_by(person, departments), removed_at=None)[:MOST_TABS],
    plain,
    several,
)


def tabs_of(viewer: Viewer) -> list[SavedView]:
    """The first of the views that a person finds, for the tabs of the list; without their owners."""
    user = viewer.user
    return list(views_of(viewer)[:MOST_TABS]) if user is None else _TABS(user.pk, _departments_of(user)).objects()


def get_view_for(viewer: Viewer, pk: int) -> SavedView:
    """One view that the viewer finds; raises NotFound for others as for missing ones."""
    view = views_of(viewer).filter(pk=pk).first()
    if view is None:
        raise NotFound(_("There is no such view among those you find."), code="view.not_found")
    return view


def view_named(viewer: Viewer, name: str) -> SavedView:
    """A view by its number or its name, one's own first. Raises NotFound."""
    rows = views_of(viewer)
    found = rows.filter(pk=int(name)).first() if name.isdecimal() and name.isascii() and len(name) < 10 else None
    if found is None:
        same = list(rows.filter(name=name))
        same.sort(key=lambda row: (viewer.user is None or row.owner_id != viewer.user.pk, row.pk))
        found = same[0] if same else None
    if found is None:
        raise NotFound(_("There is no view called %(name)s.") % {"name": name}, code="view.not_found")
    return found


def asked_for(words: Iterable[str]) -> set[str]:
    """Those of these words that the filter of somebody's view names."""
    filters = SavedView.objects.filter(removed_at=None).exclude(where="").order_by().values_list("where", flat=True)
    return set(words).intersection(
        value for text in filters for test in tests_of(from_text(text)) for value in test.values
    )


def may_change(viewer: Viewer, view: SavedView) -> bool:
    """Its maker may, and for shared views who manages the installation."""
    if viewer.user is None or view.owner_id == viewer.user.pk:
        return True
    return view.audience != Audience.OWN and viewer.may(Right.SYSTEM_MANAGE)


def save_view(viewer: Viewer, view: SavedView | None = None, *, version: int | None = None,
              values: Mapping[str, Any]) -> SavedView:  # fmt: skip
    """Make a view, or change one's own. `values` are those of FIELDS; only what is given is changed.

    Raises Invalid for a name or filter at fault, Forbidden for somebody else's view, for sharing without the
    right, and for a filter or column that the viewer may not read himself; Conflict when it was changed since.
    """
    if viewer.user is None:
        raise Invalid(_("A view belongs to a person: say who, with --as."))
    if view is not None and not may_change(viewer, view):
        raise Forbidden(_("This view is somebody else's. Save it under a new name of yours."))
    given = _checked(viewer, {name: values[name] for name in FIELDS if name in values}, new=view is None)
    with unit_of_work(actor=viewer.actor) as work:
        if view is None:
            stored = SavedView(owner=viewer.user, created_at=work.now)
        else:
            stored = SavedView.objects.select_for_update().get(pk=view.pk)
            _expect(stored, version)
            stored.version += 1
        for name, value in given.items():
            setattr(stored, name, value)
        if "audience" in given:
            stored.department = viewer.user.department if stored.audience == Audience.TEAM else None
        stored.changed_at = work.now
        stored.save()
        work.record(
            "view.saved",
            subject=("view", stored.pk),
            data={"name": stored.name, "audience": stored.audience, "new": view is None},
            personal={"where": stored.where},
        )
    return stored


def _expect(stored: SavedView, version: int | None) -> None:
    if version is not None and version != stored.version:
        raise Conflict(
            _("Somebody else saved this view while you were editing. Your input is kept: look at it and save again."),
            code="version.conflict",
        )


def _checked(viewer: Viewer, values: dict[str, Any], *, new: bool) -> dict[str, Any]:
    values |= clean_values({name: value for name, value in values.items() if name in {"name", "text"}})
    if new or "name" in values:
        name = values.get("name", "")
        if not name or len(name) > 40:
            raise Invalid(_("Give the view a name of at most 40 characters."), fields={"name": _("A short name.")})
    if "where" in values:
        tree = from_text(values["where"])
        # Read as the viewer: a field he may not filter by is refused here and not first at his readers.
        conditions_of(Asker(viewer, grade_labels()), tree)
        values["where"] = to_text(tree)
    if values.get("sort") and read_sort(values["sort"]) is None:
        raise Invalid(_("There is no such order."), fields={"sort": _("Choose one of the list.")})
    _check_shape(viewer, values.get("group", ""), values.get("sums", ""))
    audience = values.get("audience")
    if audience is not None and audience not in Audience.values:
        raise Invalid(_("There is no such audience."), fields={"audience": _("Choose one of the list.")})
    if audience not in (None, Audience.OWN):
        viewer.require(Right.VIEWS_SHARE)
        if audience == Audience.TEAM and viewer.user and viewer.user.department is None:
            raise Invalid(_("You belong to no department."), fields={"audience": _("Choose another audience.")})
    if "columns" in values:
        values["columns"] = _columns(viewer, values["columns"])
    return values


def _check_shape(viewer: Viewer, group: str, sums: str) -> None:
    """Raises Invalid for groups the list does not know, Forbidden for what the viewer does not read himself."""
    if group and group not in registry.shapes:
        key_for(viewer, grade_labels(), group.removeprefix(BOARD))
    if sums:
        sums_for(viewer, sums)


def _columns(viewer: Viewer, given: Sequence[Shown]) -> list[list[str]]:
    known = readable_columns(viewer)
    if unknown := [code for code, _width in given if code not in known]:
        raise Forbidden(
            _("The column “%(name)s” is none that you may see.") % {"name": str(unknown[0])[:40]},
            code="column.unreadable",
        )
    return [[code, width] for code, width in given]


def remove_view(view: SavedView, *, viewer: Viewer, version: int | None = None) -> None:
    """Take a view away; who opened the list with it opens all customers again. Raises as `save_view`."""
    if not may_change(viewer, view):
        raise Forbidden(_("This view is somebody else's."))
    with unit_of_work(actor=viewer.actor) as work:
        stored = SavedView.objects.select_for_update().get(pk=view.pk)
        _expect(stored, version)
        SavedView.objects.filter(pk=view.pk).update(removed_at=work.now)
        ListLayout.objects.filter(view=view).delete()
        work.record("view.removed", subject=("view", view.pk), data={"name": stored.name})


def bring_back_view(view_id: int, *, viewer: Viewer) -> SavedView:
    """Undo of `remove_view`. Raises NotFound for a view that is not the viewer's or was not taken away."""
    view = SavedView.objects.filter(pk=view_id, removed_at__isnull=False).first()
    if view is None or not may_change(viewer, view):
        raise NotFound(_("There is no such view among those you find."), code="view.not_found")
    with unit_of_work(actor=viewer.actor) as work:
        SavedView.objects.filter(pk=view_id).update(removed_at=None)
        work.record(
            "view.saved",
            subject=("view", view_id),
            data={"name": view.name, "audience": view.audience, "new": False},
            personal={"where": view.where},
        )
    view.removed_at = None
    return view


# --- what each person likes -------------------------------------------------------------------------


_LAYOUTS = Prepared(lambda person: ListLayout.objects.filter(person=person), plain)


def layouts_of(viewer: Viewer) -> dict[int | None, ListLayout]:
    """The layouts of this person by view; one query."""
    if viewer.user is None:
        return {}
    return {row.view_id: row for row in _LAYOUTS(viewer.user.pk).objects()}


def keep_columns(viewer: Viewer, view: SavedView | None, columns: Sequence[Shown]) -> None:
    """Remember the columns of one person for the list or one of its views; none given: forget them."""
    assert viewer.user is not None
    ListLayout.objects.update_or_create(
        person=viewer.user, view=view, defaults={"columns": _columns(viewer, columns) if columns else []}
    )


def open_with(viewer: Viewer, view: SavedView | None) -> None:
    """The view with which this person's list opens from now on; None: all customers."""
    assert viewer.user is not None
    ListLayout.objects.filter(person=viewer.user, opens=True).update(opens=False)
    if view is not None:
        ListLayout.objects.update_or_create(person=viewer.user, view=view, defaults={"opens": True})
