"""What interactions contribute."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.customers import row_words
from weixi.customers.attachments.subjects import attachable
from weixi.customers.importing.specs import INTERACTIONS
from weixi.interactions import held, subjects
from weixi.interactions.columns import COLUMNS
from weixi.interactions.facts import FACTS
from weixi.interactions.files import talk_belongs, talk_called, talks_offered
from weixi.interactions.filters import FILTERS
from weixi.interactions.last_contact import last_ways, project_last_contact
from weixi.interactions.sentences import register_all
from weixi.kernel import personal, slices
from weixi.kernel.events import registry
from weixi.kernel.events.work import add_projection
from weixi.organisation.enums import Right

registry.register("interaction.recorded", "kind depth direction contact minutes purpose late system")
registry.register("interaction.amended", "fields version")
registry.register("interaction.withdrawn", "reason version")
# What people wrote stands on the personal side: it may speak of a person.
registry.register("followup.promised", "due assignee interaction visit", "text")
registry.register("followup.done", "interaction", "result")
registry.register("callback.completed", "anchor interaction outcome")
registry.register("callback.half_year_completed", "anchor interaction outcome")
registry.register("callback.year_completed", "anchor interaction outcome")
registry.register("callback.not_reached", "anchor interaction")

slices.subject_kind(
    slices.SubjectKind("interaction", owners=subjects.interaction_owners, about=subjects.interaction_about)
)
slices.subject_kind(slices.SubjectKind("followup", owners=subjects.followup_owners, about=subjects.followup_about))

for fact in FACTS:
    slices.fact(fact)

slices.customer_child("interactions.Interaction", _("Interactions"))
slices.customer_child("interactions.FollowUp", _("Follow-ups"))
slices.contact_child("interactions.Interaction", _("Interactions"))
add_projection("interactions.last_contact", project_last_contact, order=55)
personal.source(held.INTERACTIONS)
personal.source(held.PROMISES)
for item in FILTERS:
    slices.list_filter(item)
for column in COLUMNS:
    slices.list_column(column)

register_all()
attachable("interaction", _("Interaction"), talk_belongs, talks_offered, talk_called)
slices.import_kind(
    slices.ImportKind(
        "interactions",
        _("Interactions"),
        INTERACTIONS,
        "weixi.interactions.importing.InteractionRows",
        Right.INTERACTIONS_RECORD,
    )
)
slices.import_undo(slices.ImportUndo(("interaction.recorded",), "weixi.interactions.undoing.interactions_made", 10))
row_words.add("contact", last_ways)
