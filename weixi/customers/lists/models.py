"""What people keep of the list: views with a name, and the columns each of them likes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.customers.filtering.tree import LONGEST_TEXT


class Audience(models.TextChoices):
    """Who finds a view among his tabs; what it shows him is his own data scope's business."""

    OWN = "own", _("Only me")
    TEAM = "team", _("My department")
    PUBLIC = "public", _("Everybody")


class SavedView(models.Model):
    """A filter of the list under a name, with its columns and order.

    `where` is the filter in the language of `customers.filtering`; `columns` a list of [code, width].
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="list_views"
    )
    name = models.CharField(_("name"), max_length=40)
    audience = models.CharField(_("who sees it"), max_length=8, choices=Audience.choices, default=Audience.OWN)
    # Of the one who shares it: people of this department and below find it.
    department = models.ForeignKey(
        "organisation.Department", null=True, on_delete=models.PROTECT, related_name="list_views"
    )
    where = models.CharField(_("filter"), max_length=LONGEST_TEXT, blank=True)
    text = models.CharField(_("search text"), max_length=100, blank=True)
    sort = models.CharField(_("order"), max_length=24, blank=True)
    # What its address says of groups or a board, and the numbers that groups add up, with commas between.
    group = models.CharField(_("grouped by"), max_length=40, blank=True)
    sums = models.CharField(_("added up"), max_length=200, blank=True)
    archived = models.BooleanField(_("put away"), default=False)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["owner"], name="list_view_owner", condition=models.Q(removed_at__isnull=True)),
            models.Index(
                fields=["audience", "department"],
                name="list_view_shared",
                condition=models.Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('customers')}?view={self.pk}"

    def pairs(self) -> dict[str, str]:
        """What its address would say, name by name."""
        given = {
            "where": self.where, "q": self.text, "sort": self.sort, "group": self.group, "sum": self.sums,
            "archived": "1" if self.archived else "",
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}


class ListLayout(models.Model):
    """The columns one person chose, for the list or for one of its views; and with which view it opens."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_layouts")
    # None: the list without a view.
    view = models.ForeignKey(SavedView, null=True, on_delete=models.CASCADE, related_name="layouts")
    columns = models.JSONField(default=list, blank=True)
    opens = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "view"], name="list_layout_once"),
            # No view is no value to a unique key: the list itself has its own.
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(view__isnull=True), name="list_layout_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.view_id}"
