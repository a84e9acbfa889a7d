"""What commerce contributes: events of orders, contracts and equipment, the facts they give, panels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.commerce import hits, subjects
from weixi.commerce.exporting import ORDERS as ORDER_ROWS
from weixi.commerce.facts import FACTS
from weixi.commerce.figures import project_figures, roll_figures
from weixi.commerce.filters import FILTERS, SUMS
from weixi.commerce.held import DEALS
from weixi.commerce.models import Contract
from weixi.commerce.panels import PANELS
from weixi.commerce.sentences import register_all
from weixi.customers.attachments.subjects import attachable
from weixi.customers.importing.specs import ORDERS
from weixi.kernel import personal, slices
from weixi.kernel.events import registry
from weixi.kernel.events.work import add_projection
from weixi.organisation.enums import Right

registry.register("product.created", "code")
registry.register("product.changed", "changes")
registry.register("product.removed", "code name category unit reason")
registry.register("contract.signed", "number first ends_on amount")
registry.register("contract.renewed", "number first ends_on amount")
registry.register("contract.ended", "number ended_on reason version changes")
registry.register("contract.changed", "number version changes", "personal_changes")
registry.register("order.placed", "number amount first")
registry.register("order.returned", "number amount")
registry.register("order.changed", "number amount changes former_lines version")
registry.register("order.withdrawn", "number amount placed_at lines reason")
registry.register("asset.installed", "serial product")

for fact in FACTS:
    slices.fact(fact)

# Before grading's and the duties' own projections: they read the figures.
add_projection("commerce.figures", project_figures, order=50)
slices.every_minute("commerce.figures", roll_figures)

for item in FILTERS:
    slices.list_filter(item)
for each in SUMS:
    slices.list_sum(each)
slices.export_kind(ORDER_ROWS)

for panel in PANELS:
    slices.panel(panel)

personal.source(DEALS)
slices.customer_child("commerce.Order", _("Orders"))
slices.customer_child("commerce.Contract", _("Contracts"))
slices.customer_child("commerce.Asset", _("Equipment"))

slices.search_source(slices.SearchSource("orders", _("Orders"), hits.order_hits, 30, hits.recall_orders))
slices.search_source(slices.SearchSource("contracts", _("Contracts"), hits.contract_hits, 35, hits.recall_contracts))
slices.search_source(slices.SearchSource("assets", _("Equipment"), hits.asset_hits, 36, hits.recall_assets))

register_all()
attachable(
    "contract",
    _("Contract"),
    lambda customer, key: Contract.objects.filter(pk=key, customer_id=customer).exists(),
    lambda customer: Contract.objects.filter(customer_id=customer).values_list("pk", "title")[:20],
)
slices.import_kind(
    slices.ImportKind("orders", _("Orders"), ORDERS, "weixi.commerce.importing.OrderRows", Right.ORDERS_EDIT)
)
slices.import_undo(slices.ImportUndo(("order.changed",), "weixi.commerce.undoing.orders_changed", 10))
slices.import_undo(slices.ImportUndo(("order.placed", "order.returned"), "weixi.commerce.undoing.orders_made", 15))
slices.subject_kind(slices.SubjectKind("order", owners=subjects.order_owners, about=subjects.order_about))
# Behind the orders: they name the products.
slices.import_undo(slices.ImportUndo(("product.changed",), "weixi.commerce.undoing.products_filled", 16))
slices.import_undo(slices.ImportUndo(("product.created",), "weixi.commerce.undoing.products_made", 17))
slices.subject_kind(slices.SubjectKind("product", owners=subjects.nobody, about=subjects.product_about))
