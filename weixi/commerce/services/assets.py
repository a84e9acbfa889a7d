"""Equipment that stands installed at customers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.commerce.dates import company_midnight, company_today
from weixi.commerce.models import Asset, Product
from weixi.commerce.services.access import require_visible
from weixi.customers.models import Customer
from weixi.customers.services.values import apply, check, clean_values
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

ASSET_FIELDS = ("name", "product", "serial", "location", "installed_on", "warranty_until")


def install_asset(
    customer: Customer,
    *,
    viewer: Viewer,
    name: str = "",
    product: Product | None = None,
    serial: str = "",
    location: str = "",
    installed_on: date | None = None,
    warranty_until: date | None = None,
) -> Asset:
    """Enter equipment that stands at the customer; `installed_on` is the day its commissioning was finished
    and starts the clocks of installation callbacks. Without it nothing is stated yet.

    Raises Invalid naming each field at fault.
    """
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, customer)
    values: dict[str, Any] = clean_values(
        {
            "name": name or (product.name[:120] if product else ""),
            "product": product,
            "serial": serial,
            "location": location,
            "installed_on": installed_on,
            "warranty_until": warranty_until,
        }
    )
    if installed_on and installed_on > company_today():
        raise Invalid(
            _("The equipment cannot have been installed on a day to come."),
            fields={"installed_on": _("Leave it empty until it is installed.")},
        )
    with unit_of_work(actor=viewer.actor) as work:
        asset = Asset(customer=customer, created_at=work.now)
        apply(asset, values, ASSET_FIELDS)
        check(asset)
        asset.save()
        if installed_on:
            work.record(
                "asset.installed",
                customer=customer.pk,
                subject=("asset", asset.pk),
                occurred_at=work.now if installed_on == company_today() else company_midnight(installed_on),
                data={"serial": asset.serial, "product": product.code if product else None},
            )
    return asset
