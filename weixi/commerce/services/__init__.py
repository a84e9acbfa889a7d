"""Everything that changes products, orders, contracts and equipment."""

from __future__ import annotations

from weixi.commerce.services.assets import install_asset
from weixi.commerce.services.bulk import place_orders
from weixi.commerce.services.contracts import end_contract, renew_contract, sign_contract
from weixi.commerce.services.corrections import change_contract, correct_order
from weixi.commerce.services.order_values import LineValues, OrderValues
from weixi.commerce.services.orders import cancel_order, change_order, place_order, return_order
from weixi.commerce.services.products import change_product, create_product

__all__ = [
    "LineValues",
    "OrderValues",
    "cancel_order",
    "change_contract",
    "change_order",
    "change_product",
    "correct_order",
    "create_product",
    "end_contract",
    "install_asset",
    "place_order",
    "place_orders",
    "renew_contract",
    "return_order",
    "sign_contract",
]
