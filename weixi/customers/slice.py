"""What the customer archive contributes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.customers import held, hits, leaving, subjects, upstream
from weixi.customers.access import present
from weixi.customers.access.lines import field_lines
from weixi.customers.acts import services as acts
from weixi.customers.acts.held import ACTS
from weixi.customers.attachments.held import FILES
from weixi.customers.attachments.wiring import register_files
from weixi.customers.duplicates.filing import project_filing
from weixi.customers.duplicates.queries import count_twins
from weixi.customers.duplicates.scan import JOB, every_minute, run_scan
from weixi.customers.exporting import wiring as exporting
from weixi.customers.exporting.held import EXPORTS
from weixi.customers.groups.panels import GROUP
from weixi.customers.importing import wiring as wiring
from weixi.customers.importing.held import IMPORTS
from weixi.customers.lists.related import COLUMNS
from weixi.customers.merging import invariants as merging
from weixi.customers.occasions import sentences as occasions
from weixi.customers.occasions.held import OCCASIONS
from weixi.customers.occasions.services import project_occasions
from weixi.customers.occasions.subjects import occasion_about
from weixi.customers.people_map.held import PLACES
from weixi.customers.people_map.panels import MAP
from weixi.customers.projections import project_completeness, project_search
from weixi.customers.quality import slice as quality_slice  # noqa: F401 - registers
from weixi.customers.quality.sources import QualitySource, quality_source
from weixi.customers.queries import visible_customers
from weixi.customers.sentences import register_all
from weixi.customers.visiting.filters import VISITS
from weixi.customers.visiting.held import CHOICES
from weixi.kernel import personal, scope, slices, telling
from weixi.kernel.events import guard, registry
from weixi.kernel.events.work import add_projection
from weixi.organisation.enums import Right
from weixi.organisation.roles.fields import take_fields_from

registry.register("customer.created", "number kind grade lifecycle owner tags founded_on cooperation_since", "name")
registry.register("customer.changed", "changes version", "personal_changes")
registry.register("customer.lifecycle_changed", "lifecycle old reason version")
registry.register("customer.owner_changed", "owner old co_owner reason version takes_back")
registry.register("customer.co_owner_changed", "co_owner old reason version")
registry.register("customer.archived", "reason")
registry.register("customer.merged", "into")
registry.register("customer.unmerged", "into merge")
registry.register("customer.absorbed", "number from", "name")
registry.register("customer.parted", "number from", "name")
registry.register("customer.linked", "parent kind")
registry.register("customer.unlinked", "parent kind")
registry.register("contact.created", "key_person decision_maker", "name birthday lunar")
registry.register("contact.changed", "key_person decision_maker version", "name birthday lunar personal_changes")
registry.register("contact.placed", "changes version", "name personal_changes")
registry.register("contact.removed", "reason")
registry.register("tag.created", "name group")
registry.register("tag.removed", "name reason")
registry.register("archive.completed", "completeness")
registry.register("change.known", "what due")
_FIELD = "code title title_en of type allowed group level reason personal required_for key_field update_every owner_role order"
registry.register("field.defined", _FIELD)
registry.register("field.changed", "code title changes")
registry.register("field.retired", "code title")
registry.register("field.restored", "code title")
registry.register("view.saved", "name audience new", "where")
registry.register("view.removed", "name")
registry.register("list.acted", "act customers")
registry.register("visiting.chosen", "choice", "reason")
registry.register("occasion.noted", "kind day", "title place remark")
registry.register("occasion.changed", "kind day fields old_day", "title place remark")
registry.register("occasion.removed", "kind day", "title place remark")
registry.register("occasion.near", "kind day")
registry.register("occasion.called_off")
registry.register("occasion.kept", "anchor interaction outcome")
registry.register("visiting.ended", "choice", "reason")
registry.register("list.act_undone", "act")
registry.register("personal.revealed", "fields reason")
# A filter may hold a name or a number that was searched for.
registry.register("export.asked", "kind customers columns approval", "filter")
registry.register("export.approved", "hash note step steps", "filter")
registry.register("export.refused", "hash note step steps", "filter")
registry.register("export.written", "kind rows columns masked", "filter")
registry.register("export.fetched", "rows")
registry.register("import.finished", "kind created updated unchanged rejected skipped")
registry.register("import.undone", "kind taken_back restored kept")

leaving.register()
guard.protect("customers_recordview", "UPDATE", "DELETE")
telling.register_presenter(present)
scope.register_customer_scope(
    lambda viewer: visible_customers(viewer).values("pk"),
    put_away=lambda viewer: visible_customers(viewer, archived=True).values("pk"),
)
# After the figures of orders (they fill key fields), before the duties: one of them closes by `archive.completed`.
add_projection("customers.completeness", project_completeness, order=60)
add_projection("customers.occasions", project_occasions, order=65)
add_projection("customers.search", project_search, order=70)
add_projection("customers.filing", project_filing, order=80)
slices.panel(GROUP)
slices.panel(MAP)
quality_source(QualitySource("unlinked", _("Indirect, not linked"), upstream.count_unlinked, where="link:missing"))
quality_source(QualitySource("duplicates", _("Duplicates"), count_twins, "duplicates", "twin:suspected"))
slices.job_kind(JOB, run_scan)
slices.every_minute("customers.duplicates", every_minute)
register_all()
register_files()
take_fields_from(field_lines)
slices.subject_kind(slices.SubjectKind("contact", owners=subjects.contact_owners, about=subjects.contact_about))
slices.subject_kind(slices.SubjectKind("tag", owners=subjects.nobody, about=subjects.tag_about))
slices.customer_child("customers.Contact", _("Contacts"))
slices.customer_child("customers.CustomerTag", _("Tags"), once=("tag_id",))
slices.customer_child("customers.Customer", _("Customers reached through it"), field="through")
# Two people made one: where the one stands who stays is kept, all ties of the other come to him.
slices.contact_child("customers.ContactPlace", _("Places in the people map"), once=(), apart="reports_to")
slices.contact_child("customers.ContactPlace", _("People below"), field="reports_to", apart="contact")
slices.contact_child("customers.ContactInfluence", _("Influence on others"), once=("on_id",), apart="on")
slices.contact_child(
    "customers.ContactInfluence", _("Influence of others"), field="on", once=("contact_id",), apart="contact"
)
# A merge chooses field by field, custom ones too; what it was merged into before is followed, not rewritten.
slices.customer_child("customers.CustomValue", _("Custom fields"), stays=True)
slices.customer_child("customers.Registration", _("Registration form"), stays=True)
slices.customer_child("customers.Customer", _("Customers merged into it"), field="merged_into", stays=True)
personal.source(held.RECORD)
for source in (held.CUSTOM, held.VIEWS, PLACES, FILES, IMPORTS, EXPORTS):
    personal.source(source)
personal.source(ACTS)
personal.source(CHOICES)
# A customer is chosen once; what both were chosen for before stays their history.
slices.customer_child("customers.VisitChoice", _("Chosen for visits"), once=(), only={"ended_at": None})
slices.list_filter(VISITS)
personal.source(OCCASIONS)
slices.customer_child("customers.Occasion", _("The customer's days"))
slices.subject_kind(slices.SubjectKind("occasion", owners=subjects.nobody, about=occasion_about))
occasions.register_all()
slices.customer_child("customers.ActRow", _("Acts on many customers"), stays=True)
# What was found stays with the two it was found of.
slices.customer_child("customers.DuplicatePair", _("Pairs found"), field="a", stays=True)
slices.customer_child("customers.DuplicatePair", _("Pairs found"), field="b", stays=True)
slices.customer_child("customers.MergeRecord", _("Merges"), field="loser", stays=True)
slices.customer_child("customers.MergeRecord", _("Merges"), field="winner", stays=True)
# A merge moves those that make sense in the new place itself (`merging.links`).
slices.customer_child("customers.CustomerLink", _("Links of the group"), field="parent", stays=True)
slices.customer_child("customers.CustomerLink", _("Links of the group"), field="child", stays=True)
slices.menu_item(slices.MenuItem("customers", _("Customers"), "people", "customers", order=20))
slices.menu_item(
    slices.MenuItem("data", _("Data"), "data", "quality", order=58, group="rules", also=("data-standard", "duplicates"))
)
slices.search_source(slices.SearchSource("customers", _("Customers"), hits.customer_hits, 10, hits.recall_customers))
slices.search_source(slices.SearchSource("contacts", _("Contacts"), hits.contact_hits, 20, hits.recall_contacts))
slices.search_source(slices.SearchSource("tags", _("Tags"), hits.tag_hits, 40, hits.recall_tags))
slices.command(
    slices.Command(
        "customer-new", _("New customer"), "plus", "customer-new", _("enter add company archive"),
        right=Right.CUSTOMERS_EDIT, panel=True, order=20,
    )
)  # fmt: skip
slices.command(
    slices.Command(
        "customers-hand-over", _("Hand over"), "hand-over", "customers-hand-over", _("customers owner leaves assign"),
        right=Right.CUSTOMERS_ASSIGN, order=50,
    )
)  # fmt: skip
slices.command(
    slices.Command(
        "customers-join", _("Merge or relate two customers"), "merge", "customers-join",
        _("duplicate same branch subsidiary parent group partner"), right=Right.CUSTOMERS_EDIT, panel=True, order=55,
    )
)  # fmt: skip
for column in COLUMNS:
    slices.list_column(column)
exporting.register()
merging.register()
slices.job_kind(acts.JOB, acts.perform)
