"""The component kit: short tags for what every page is made of; `/styleguide/` shows them all.

Loaded everywhere (a template builtin). Small marks stand in `weixi.kernel.drawing`, where Python that draws whole
rows finds them too; the larger blocks stand in `weixi.web.kit` with templates under `web/components/`.
"""

from __future__ import annotations

from django import template

from weixi.kernel.drawing import addresses, figures, marks
from weixi.web.kit import blocks, citing

register = template.Library()
for part in (addresses, figures, marks, blocks, citing):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
