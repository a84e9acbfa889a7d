"""What the care of personal data contributes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.customers.services import intake
from weixi.kernel import personal, slices
from weixi.kernel.events import registry
from weixi.kernel.outbox.registry import register_kind
from weixi.organisation.enums import Right
from weixi.privacy import doctor, held, panels, sentences, subjects, tombstones
from weixi.privacy.decisions import DECISION
from weixi.privacy.services import retention
from weixi.privacy.services.erasure import destroy_waiting_files
from weixi.privacy.services.headcount import count_today

registry.register("consent.given", "purpose channel basis")
registry.register("consent.withdrawn", "purpose channel")
registry.register("person.requested", "kind person")
registry.register("person.answered", "kind granted")
registry.register("person.copied", "rows")
registry.register("person.erased", "cause rows")
registry.register("person.readmitted", "", "evidence")

register_kind(
    "privacy.headcount",
    _("Personal data of %(count)s people are kept"),
    _("The policy's mark of %(alarm)s is reached: the law asks more of who holds so many."),
)
personal.source(held.CONSENTS)
personal.source(held.REQUESTS)
slices.customer_child(
    "privacy.Consent", _("Consents"), once=("purpose", "channel"), only={"withdrawn_at": None, "contact": None}
)
slices.customer_child("privacy.PersonRequest", _("Requests about the data"))
slices.contact_child("privacy.Consent", _("Consents"), once=("purpose", "channel"), only={"withdrawn_at": None})
slices.contact_child("privacy.PersonRequest", _("Requests about the data"))
slices.customer_child("privacy.Erasure", _("Erasures"), stays=True)
slices.subject_kind(slices.SubjectKind("personrequest", owners=subjects.request_owners, about=subjects.request_about))
slices.panel(panels.PRIVACY)
slices.menu_item(
    slices.MenuItem("privacy", _("Personal data"), "shield", "privacy", 140, right=Right.PERSONAL_MANAGE, group="admin")
)
slices.decision(DECISION)
slices.every_minute("privacy.headcount", count_today)
slices.every_minute("privacy.files", destroy_waiting_files)
slices.job_kind("privacy.retention", retention.run)
intake.add_check(tombstones.refused)
sentences.register_all()
doctor.register()
