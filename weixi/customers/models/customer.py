from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import CustomerKind, Lifecycle, Reach

LIVING = models.Q(archived_at__isnull=True)
# What lists sort by: each order runs along an index, for all customers and for each owner's, both ways.
SORTED = {
    "pinyin": ["pinyin"],
    "amount": ["annual_amount"],
    "contact": ["last_contact_at"],
    "due": ["next_due_at"],
    "grade": ["grade", "pinyin"],
    "created": ["created_at"],
    "complete": ["completeness"],
}


def _list_indexes() -> list[models.Index]:
    indexes = []
    for name, fields in SORTED.items():
        indexes += [
            models.Index(fields=[*fields, "id"], name=f"customer_{name}", condition=LIVING),
            models.Index(fields=["owner", *fields, "id"], name=f"customer_owner_{name}", condition=LIVING),
        ]
    return indexes


class Customer(models.Model):
    """A company or a person we serve; has one archive.

    Narrow on purpose: lists of a million rows read this table alone. The wide registration form is
    `Registration`. Columns under "kept" are derived from the log or from orders by a projection and
    never typed; they exist so that a list can sort by them through an index.
    """

    number = models.CharField(_("customer number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=CustomerKind.choices, default=CustomerKind.COMPANY)
    name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    # NFKC, trimmed, case-folded: equal names are equal here, and nothing looser links two records.
    name_key = models.CharField(max_length=200, db_index=True, editable=False)
    # Sorting Chinese by sound, the same way on both databases.
    pinyin = models.CharField(max_length=200, editable=False)
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    unified_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    reach = models.CharField(_("direct or indirect"), max_length=8, choices=Reach.choices, default=Reach.DIRECT)
    through = models.ForeignKey(
        "self",
        verbose_name=_("reached through"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reached",
        db_index=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
    )
    # O-3: high-potential customers have two owners.
    co_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="co_customers",
        db_index=False,
    )
    lifecycle = models.CharField(
        _("lifecycle stage"), max_length=12, choices=Lifecycle.choices, default=Lifecycle.PROSPECT
    )
    founded_on = models.CharField(_("founded on"), max_length=10, blank=True, help_text="YYYY-MM-DD or --MM-DD")
    cooperation_since = models.CharField(_("cooperation since"), max_length=10, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    remark = models.TextField(_("remark"), blank=True)

    # kept: grade and when it changed (grading), figures (commerce), contact (interactions), completeness
    grade = models.CharField(_("grade"), max_length=16, blank=True, editable=False)
    graded_at = models.DateTimeField(null=True, editable=False)
    previous_grade = models.CharField(max_length=16, blank=True, editable=False)
    annual_amount = models.DecimalField(
        _("net amount of 12 months"), max_digits=18, decimal_places=2, default=0, editable=False
    )
    last_order_on = models.DateField(null=True, editable=False)
    last_contact_at = models.DateTimeField(null=True, editable=False)
    last_contact_kind = models.CharField(max_length=12, blank=True, editable=False)
    last_visit_at = models.DateTimeField(null=True, editable=False)
    completeness = models.PositiveSmallIntegerField(_("completeness, %"), default=0, editable=False)
    next_due_at = models.DateTimeField(null=True, editable=False)
    # Of these the first of a cadence period, which has no row of its own: see duties/cadences.py.
    next_period_due_at = models.DateTimeField(null=True, editable=False)

    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    archive_reason = models.CharField(max_length=200, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="merged_from", db_index=False
    )
    # Raised with every save; a form that brings an older one is told what changed meanwhile.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["pinyin", "id"]
        indexes = [
            *_list_indexes(),
            # What the list looks up when few customers match: see queries/listing/pages.py.
            models.Index(
                fields=["owner", "next_period_due_at", "grade"],
                name="customer_owner_period",
                condition=models.Q(next_period_due_at__isnull=False) & LIVING,
            ),
            # Days that return, counted for plans; queries say `filled(...)`.
            models.Index(
                fields=["founded_on", "owner", "grade"],
                name="customer_founded",
                condition=models.Q(founded_on__gt="") & LIVING,
            ),
            models.Index(
                fields=["cooperation_since", "owner", "grade"],
                name="customer_since",
                condition=models.Q(cooperation_since__gt="") & LIVING,
            ),
            models.Index(fields=["city"], name="customer_city"),
            # Who was not visited for longest: of everybody, and of one owner.
            models.Index(fields=["last_visit_at", "id"], name="customer_visited", condition=LIVING),
            models.Index(fields=["owner", "last_visit_at", "id"], name="customer_owner_visited", condition=LIVING),
            models.Index(fields=["industry"], name="customer_industry"),
            models.Index(fields=["region"], name="customer_region"),
            models.Index(fields=["source"], name="customer_source"),
            models.Index(fields=["lifecycle"], name="customer_lifecycle", condition=LIVING),
            # Hardly anybody has one of these three: an index of those who do.
            models.Index(fields=["co_owner"], name="customer_co_owner", condition=models.Q(co_owner__isnull=False)),
            models.Index(fields=["through"], name="customer_through", condition=models.Q(through__isnull=False)),
            models.Index(fields=["merged_into"], name="customer_merged", condition=models.Q(merged_into__isnull=False)),
            models.Index(fields=["-archived_at"], name="customer_put_away", condition=~LIVING),
            # The indirect ones, of whom some may be linked to nobody.
            models.Index(
                fields=["owner"],
                name="customer_indirect",
                condition=models.Q(reach__in=["indirect"]) & LIVING,
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="customer_has_name"),
            models.CheckConstraint(condition=~models.Q(number=""), name="customer_has_number"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customer", args=[self.pk])

    @property
    def called(self) -> str:
        """What people call it: the short name, else the full one."""
        return self.short_name or self.name


class NumberSequence(models.Model):
    """The last number given out per series (`K-00217`); taken under a row lock."""

    series = models.CharField(max_length=16, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
