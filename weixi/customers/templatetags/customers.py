"""What the customers' templates say in shapes."""

from __future__ import annotations

from django import template

from weixi.customers import list_rows

register = template.Library()
register.simple_tag(list_rows.draw_rows)
