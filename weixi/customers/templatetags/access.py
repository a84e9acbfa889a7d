"""Values of customers and their people in templates, each as the viewer sees it.

{% load access %}
{% shown "contact_mobile" contact.mobile %}     clear, masked or nothing
{% reveal "contact_mobile" contact %}           the button that shows a masked value in full, on record
{% dial contact %}                              a person's telephone: a link, or masked with the button
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.access.revealing import reveal_rules
from weixi.customers.labels import field_key
from weixi.customers.models import Contact, Customer
from weixi.organisation.enums import Access, Right

register = template.Library()


@register.simple_tag(takes_context=True)
def shown(context: template.Context, key: str, value: Any) -> Any:
    """The value of a field as the person who looks sees it."""
    viewer = context.get("viewer")
    return viewer_access(viewer).present(key, value) if viewer else ""


@register.simple_tag(takes_context=True)
def called(context: template.Context, person: Any) -> Any:
    """The name of somebody with `kind` (customer or contact) and `name`, as the person who looks may see it."""
    return shown(context, "contact_name" if person.kind == "contact" else "name", person.name)


@register.simple_tag(takes_context=True)
def reveal(context: template.Context, key: str, record: Customer | Contact) -> SafeString:
    """The button beside a masked value; nothing for who sees it anyway, or may not."""
    return _button(context, key, "contact" if isinstance(record, Contact) else "customer", record.pk)


@register.simple_tag(takes_context=True)
def reveal_cell(context: template.Context, cell: Any) -> SafeString:
    """The same beside a cell of the archive (`customers.cells`); nothing beside an empty one."""
    key = field_key(cell.key, kind=cell.kind)
    return _button(context, key, cell.kind, cell.pk) if cell.filled else mark_safe("")


def _button(context: template.Context, key: str, kind: str, pk: int) -> SafeString:
    viewer = context.get("viewer")
    if viewer is None or viewer_access(viewer).of(key) != Access.MASKED or not viewer.may(Right.PERSONAL_REVEAL):
        return mark_safe("")
    with context.push(
        key=key,
        action=reverse(f"{kind}-reveal", args=[pk]),
        with_reason=reveal_rules().reveal_reason_needed,
        hint=_("Show in full; it is put on record"),
    ):
        html: str = get_template("customers/access/button.html").template.render(context)  # type: ignore[attr-defined]
    return mark_safe(html)  # noqa: S308 - a template's output


@register.inclusion_tag("customers/access/dial.html", takes_context=True)
def dial(context: template.Context, contact: Contact) -> dict[str, Any]:
    """How to call somebody: his mobile, else his telephone."""
    viewer = context.get("viewer")
    key = "contact_mobile" if contact.mobile else "contact_phone"
    number = contact.mobile or contact.phone
    access = viewer_access(viewer) if viewer else None
    return {
        "viewer": viewer,
        "contact": contact,
        "key": key,
        "number": access.present(key, number) if access else "",
        "clear": bool(access and access.reads(key)),
        "name": access.present("contact_name", contact.name) if access else "",
    }
