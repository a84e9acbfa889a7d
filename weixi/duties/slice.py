"""What duties contribute: the projection that keeps them, the minute's tick, the fact of a waiver."""

from __future__ import annotations

from weixi.duties.services.project import project_duties
from weixi.duties.services.tick import tick_if_due
from weixi.kernel import slices
from weixi.kernel.events import registry
from weixi.kernel.events.work import add_projection

registry.register("duty.waived", "key reason")

# Last of all projections: it reads what the others keep.
add_projection("duties", project_duties, order=900)
slices.every_minute("tick", tick_if_due)
