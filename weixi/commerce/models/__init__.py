from __future__ import annotations

from weixi.commerce.models.asset import Asset
from weixi.commerce.models.contract import Contract
from weixi.commerce.models.figures import FiguresDay
from weixi.commerce.models.order import Order, OrderLine
from weixi.commerce.models.product import Product

__all__ = ["Asset", "Contract", "FiguresDay", "Order", "OrderLine", "Product"]
