"""Orders, contracts and equipment of a customer, entered in the side panel."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.commerce import queries, services
from weixi.commerce.dates import company_today
from weixi.commerce.form_pages import form_page
from weixi.commerce.forms import AssetForm, ContractForm, EndContractForm, OrderForm, TakeBackForm
from weixi.customers.queries import get_customer_for
from weixi.kernel import clock
from weixi.kernel.once.forms import once_per_form
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs


@needs(Right.ORDERS_EDIT)
@once_per_form
def new_order(request: Asked, customer: int) -> HttpResponse:
    found = get_customer_for(request.viewer, customer)
    now = timezone.localtime(clock.now())
    form = OrderForm(request.POST or None, initial={"placed_at": now, "number": f"D{now:%y%m%d-%H%M%S}"})

    def act() -> None:
        data = form.cleaned_data
        services.place_order(
            found, viewer=request.viewer, number=data["number"], placed_at=data["placed_at"], lines=form.lines(),
            remark=data["remark"],
        )  # fmt: skip

    return form_page(
        request, form, act, text=_("Order entered."), to=found.get_absolute_url(), heading=_("New order"),
        template="commerce/order_form.html", sub=found.name,
    )  # fmt: skip


def order_detail(request: Asked, pk: int) -> HttpResponse:
    order = queries.get_order_for(request.viewer, pk)
    return render(request, "commerce/order.html", {"order": order, "may_edit": request.viewer.may(Right.ORDERS_EDIT)})


@needs(Right.ORDERS_EDIT)
@once_per_form
def take_back(request: Asked, pk: int) -> HttpResponse:
    order = queries.get_order_for(request.viewer, pk)
    form = TakeBackForm(request.POST or None)

    def act() -> None:
        amount, reason = form.cleaned_data["amount"], form.cleaned_data["reason"]
        if amount is None:
            services.cancel_order(order, viewer=request.viewer, reason=reason)
        else:
            services.return_order(order, viewer=request.viewer, amount=amount, reason=reason)

    return form_page(
        request, form, act, text=_("Taken back."), to=order.customer.get_absolute_url(),
        heading=_("Return or cancel an order"), sub=order.number,
    )  # fmt: skip


@needs(Right.ORDERS_EDIT)
@once_per_form
def new_contract(request: Asked, customer: int) -> HttpResponse:
    found = get_customer_for(request.viewer, customer)
    form = ContractForm(request.POST or None, initial={"signed_on": company_today()})
    return form_page(
        request, form, lambda: services.sign_contract(found, viewer=request.viewer, **form.cleaned_data),
        text=_("Contract entered."), to=found.get_absolute_url(), heading=_("New contract"), sub=found.name,
    )  # fmt: skip


@needs(Right.ORDERS_EDIT)
@once_per_form
def renew_contract(request: Asked, pk: int) -> HttpResponse:
    contract = queries.get_contract_for(request.viewer, pk)
    form = ContractForm(request.POST or None, initial={"signed_on": company_today(), "title": contract.title})
    return form_page(
        request, form, lambda: services.renew_contract(contract, viewer=request.viewer, **form.cleaned_data),
        text=_("Renewal entered."), to=contract.customer.get_absolute_url(), heading=_("Renew the contract"),
        sub=contract.title,
    )  # fmt: skip


@needs(Right.ORDERS_EDIT)
def end_contract(request: Asked, pk: int) -> HttpResponse:
    contract = queries.get_contract_for(request.viewer, pk)
    form = EndContractForm(request.POST or None, initial={"ended_on": company_today()})
    return form_page(
        request, form, lambda: services.end_contract(contract, viewer=request.viewer, **form.cleaned_data),
        text=_("Contract ended."), to=contract.customer.get_absolute_url(), heading=_("End the contract"),
        sub=contract.title,
    )  # fmt: skip


@needs(Right.ORDERS_EDIT)
@once_per_form
def new_asset(request: Asked, customer: int) -> HttpResponse:
    found = get_customer_for(request.viewer, customer)
    form = AssetForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        services.install_asset(found, viewer=request.viewer, product=queries.product_named(data["name"]), **data)

    return form_page(
        request, form, act, text=_("Equipment entered."), to=found.get_absolute_url(), heading=_("New equipment"),
        sub=found.name,
    )  # fmt: skip


def transactions_chart(request: Asked, customer: int) -> HttpResponse:
    """The months of a customer's purchases, 12 or 24 of them."""
    found = get_customer_for(request.viewer, customer)
    months = request.GET.get("months", "")
    chart = queries.chart_of(found, int(months) if months.isdecimal() and len(months) < 4 else queries.MONTHS)
    return render(request, "commerce/chart_page.html", {"customer": found, "chart": chart})


def orders(request: Asked, customer: int) -> HttpResponse:
    """All orders of a customer, a page at a time."""
    found = get_customer_for(request.viewer, customer)
    page = queries.order_page(found, request.GET.get("page"))
    return render(
        request, "commerce/orders.html", {"customer": found, "page": page, "back": reverse("customer", args=[customer])}
    )
