"""What duties contribute: the projection that keeps them, the minute's tick, the fact of a waiver."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.customers import row_words
from weixi.duties import invariants
from weixi.duties.columns import COLUMNS
from weixi.duties.filters import FILTERS
from weixi.duties.planning.telling import tell_plans
from weixi.duties.queries.kept import kept_by_clause
from weixi.duties.queries.of_customer import next_titles
from weixi.duties.sentences import register_all as register_sentences
from weixi.duties.services.project import project_duties
from weixi.duties.services.tick import tick_if_due
from weixi.duties.services.wake import wake_for_new_rules
from weixi.kernel import slices
from weixi.kernel.events import registry
from weixi.kernel.events.work import add_projection

registry.register("duty.waived", "key reason")
registry.register("plan.exported", "cycle first rows")

# Last of all projections: it reads what the others keep.
add_projection("duties", project_duties, order=900)
# After it: what it wrote into the clocks is drawn nearer where the rules themselves have changed.
add_projection("duties.wake", wake_for_new_rules, order=910)
slices.every_minute("tick", tick_if_due)
slices.every_minute("duties.plans", tell_plans)
slices.clause_figures("duties", kept_by_clause)
row_words.add("due", next_titles)
# Derived; those of a customer that became part of another stay with it by the engine's rules.
slices.customer_child("duties.Duty", _("Duties"), stays=True)
for item in FILTERS:
    slices.list_filter(item)
for column in COLUMNS:
    slices.list_column(column)
invariants.register()
register_sentences()
