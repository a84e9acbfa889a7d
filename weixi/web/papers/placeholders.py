"""What a company's Word template may name, and nothing else: read from its syntax tree, before it is kept.

A template is a document somebody else wrote: a placeholder is a name of the list, a loop runs over one of three
lists, and there are no calls, filters, sums, includes or attributes of objects.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from weixi.customers.fields.groups import GROUPS
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
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData)


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
        if node.name not in NAMES or node.ctx != "load":
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
