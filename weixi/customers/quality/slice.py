"""What the quality of archives contributes; imported by the slice of customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.customers.quality import sentences, subjects
from weixi.customers.quality.counting import JOB, run_count
from weixi.customers.quality.nightly import look_after_archives
from weixi.kernel import slices
from weixi.kernel.events import registry

registry.register("archive.gap_found", "fields owner")
registry.register("archive.stale", "fields owner")
registry.register("archive.enriched", "fields")
registry.register("archive.confirmed", "fields")
registry.register("archive.demand_dropped", "fields")
slices.subject_kind(
    slices.SubjectKind("enrichment", owners=subjects.enrichment_owners, about=subjects.enrichment_about)
)
# Derived: after a merge the one that stays is judged anew.
slices.customer_child("customers.ArchiveState", _("State of the archive"), stays=True)
slices.job_kind(JOB, run_count)
slices.every_minute("quality", look_after_archives)
sentences.register_all()
