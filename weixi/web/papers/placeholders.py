"""What a company's Word template may name, and nothing else: read from its syntax tree, before it is kept.

A template is a document somebody else wrote: a placeholder is a name of the list, a loop runs over one of three
lists, and there are no calls, filters, sums, includes or attributes of objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from weixi.customers.fields.catalogue import custom_fields
from weixi.customers.fields.groups import GROUPS
from weixi.customers.labels import label_of
from weixi.kernel.errors import Invalid

LISTS: dict[str, tuple[str, ...]] = {
    "people": ("name", "position", "mobile", "email", "role", "preferred"),
    "history": ("day", "text"),
    "duties": ("title", "clause", "who", "until"),
}
NAMES = (
    "title", "org", "number", "name", "printed_by", "printed_on", "grade", "owner", "co_owner", "lifecycle", "frequency",
    "amount_12m", "largest_purchase", "monthly_purchase", "purchases_12m", "last_purchase", "categories",
    *(name for _code, _title, names in GROUPS for name in names if name not in ("name", "through")),
)  # fmt: skip
# What the names that are no fields stand for; fields are called as everywhere.
_WORDS: dict[str, Any] = {
    "title": gettext_lazy("Title of the form"), "org": gettext_lazy("Department"), "number": gettext_lazy("Customer No."),
    "name": gettext_lazy("Customer name"), "printed_by": pgettext_lazy("paper", "Printed by"),
    "printed_on": gettext_lazy("Printed on"), "frequency": gettext_lazy("Contact frequency"),
    "amount_12m": gettext_lazy("Net of 12 months"), "largest_purchase": gettext_lazy("Largest purchase"),
    "monthly_purchase": gettext_lazy("Average monthly purchase"),
    "purchases_12m": gettext_lazy("Purchases in 12 months"), "last_purchase": gettext_lazy("Last purchase"),
    "categories": gettext_lazy("Categories bought"),
}  # fmt: skip
_ROW_WORDS: dict[str, dict[str, Any]] = {
    "people": {
        "name": pgettext_lazy("person", "name"), "position": gettext_lazy("Position"), "mobile": gettext_lazy("Phone"),
        "email": gettext_lazy("E-mail"), "role": gettext_lazy("Role"), "preferred": gettext_lazy("Preferred contact"),
    },
    "history": {"day": gettext_lazy("Day"), "text": gettext_lazy("What happened")},
    "duties": {
        "title": gettext_lazy("What is owed"), "clause": gettext_lazy("Clause"), "who": gettext_lazy("Who"),
        "until": gettext_lazy("Until"),
    },
}  # fmt: skip
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData)


def names() -> tuple[str, ...]:
    """What stands alone: the built-in names, and the company's own fields of customers."""
    return (*NAMES, *(row.key for row in custom_fields() if row.of != "contact"))


def names_by_group() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a template may name and what it stands for, for the page that takes one."""
    rows = {"people": _("Rows of people"), "history": _("Rows of the history"), "duties": _("Rows of open duties")}
    return [
        (_("Single values"), [(name, str(_WORDS.get(name) or label_of(name))) for name in names()]),
        *((f"{rows[name]} · {name}", [(key, str(_ROW_WORDS[name][key])) for key in LISTS[name]]) for name in LISTS),
    ]


def environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True)


def check_source(source: str) -> None:
    """Raises Invalid naming the first placeholder that is not on the list."""
    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as error:
        raise Invalid(
            _("The template cannot be read: %(why)s") % {"why": error.message or ""}, code="template.syntax"
        ) from None
    for node in _walk(tree, {}):
        raise _unknown(node)


def _walk(node: nodes.Node, loops: dict[str, str]) -> Iterator[nodes.Node]:
    """The nodes that are not allowed. `loops` are names of the loops around and the lists they run over."""
    if isinstance(node, _PLAIN):
        for each in node.iter_child_nodes():
            yield from _walk(each, loops)
    elif isinstance(node, nodes.Name):
        if node.name not in names() or node.ctx != "load":
            yield node
    elif isinstance(node, nodes.Getattr):
        known = isinstance(node.node, nodes.Name) and node.attr in LISTS.get(loops.get(node.node.name, ""), ())
        if not known:
            yield node
    elif isinstance(node, nodes.For):
        fits = (
            not loops
            and isinstance(node.target, nodes.Name)
            and isinstance(node.iter, nodes.Name)
            and node.iter.name in LISTS
            and not (node.test or node.else_ or node.recursive)
        )
        if not fits:
            yield node
            return
        assert isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.Name)
        for each in node.body:
            yield from _walk(each, {node.target.name: node.iter.name})
    else:
        yield node


def _unknown(node: nodes.Node) -> Invalid:
    named = node.name if isinstance(node, nodes.Name) else _written(node)
    return Invalid(
        _("The template has a placeholder that is not known: %(name)s. Use only those of the list.") % {"name": named},
        code="template.placeholder",
        fields={"file": named},
    )


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    inner = next((each.name for each in node.find_all(nodes.Name)), "")
    return f"{type(node).__name__} {inner}".strip()
