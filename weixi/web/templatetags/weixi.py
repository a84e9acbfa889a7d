"""The component kit: short tags for what every page is made of; `/styleguide/` shows them all.

Loaded everywhere (a template builtin). The tags stand in `weixi.web.kit`; the larger ones have templates under
`web/components/`.
"""

from __future__ import annotations

from django import template

from weixi.web.kit import addresses, blocks, figures, marks

register = template.Library()
for part in (addresses, figures, marks, blocks):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
