"""What the customers' templates say in shapes."""

from __future__ import annotations

from django import template

from weixi.customers import list_cards, list_rows, taxonomy

register = template.Library()
register.simple_tag(list_rows.draw_rows)
register.simple_tag(list_cards.draw_cards)
register.simple_tag(taxonomy.listed_groups, name="tag_groups")
