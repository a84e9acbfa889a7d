"""How orders, contracts and equipment are told."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from weixi.commerce.services.corrections import CONTRACT_LABELS, ORDER_LABELS, change_words
from weixi.kernel.currency import money_text
from weixi.kernel.sentences import DEALS, Sentence, Told, register


def _money(value: Any) -> str:
    try:
        return money_text(Decimal(str(value)))
    except InvalidOperation:
        return ""


def placed(told: Told) -> Sentence:
    words = {"number": told.get("number") or "", "amount": _money(told.get("amount"))}
    if told.get("first"):
        return Sentence(_("First order %(number)s, %(amount)s.") % words)
    return Sentence(_("Order %(number)s, %(amount)s.") % words)


def returned(told: Told) -> Sentence:
    words = {"number": told.get("number") or "", "amount": _money(told.get("amount"))}
    return Sentence(_("Return or cancellation %(number)s, %(amount)s.") % words, "undo")


def order_changed(told: Told) -> Sentence:
    text = _("%(who)s corrected the order %(number)s.") % {"who": told.who, "number": told.get("number") or ""}
    return Sentence(text, said=change_words(told.get("changes"), ORDER_LABELS))


def contract_changed(told: Told) -> Sentence:
    text = _("%(who)s corrected the contract %(number)s.") % {"who": told.who, "number": told.get("number") or ""}
    return Sentence(
        text,
        said=change_words({**(told.get("changes") or {}), **(told.get("personal_changes") or {})}, CONTRACT_LABELS),
    )


def order_withdrawn(told: Told) -> Sentence:
    words = {"number": told.get("number") or "", "amount": _money(told.get("amount"))}
    return Sentence(
        _("Order %(number)s, %(amount)s, was taken back.") % words, "undo", said=str(told.get("reason") or "")
    )


def _contract(told: Told, text: str) -> Sentence:
    facts = [("plain", _("until %(day)s") % {"day": told.get("ends_on")})] if told.get("ends_on") else []
    if told.get("amount"):
        facts.append(("plain", _money(told.get("amount"))))
    return Sentence(text % {"number": told.get("number") or ""}, facts=tuple(facts))


def signed(told: Told) -> Sentence:
    return _contract(told, _("Contract %(number)s signed."))


def renewed(told: Told) -> Sentence:
    return _contract(told, _("Contract %(number)s renewed."))


def ended(told: Told) -> Sentence:
    text = _("Contract %(number)s ended.") % {"number": told.get("number") or ""}
    return Sentence(text, said=str(told.get("reason") or ""))


def installed(told: Told) -> Sentence:
    words = {"product": told.get("product") or "", "serial": told.get("serial") or ""}
    return Sentence(_("Equipment installed: %(product)s %(serial)s") % words)


def register_all() -> None:
    register("order.placed", placed, icon="cart", kind=DEALS)
    register("order.returned", returned, icon="undo", kind=DEALS)
    register("order.changed", order_changed, icon="cart", kind=DEALS)
    register("order.withdrawn", order_withdrawn, icon="undo", kind=DEALS)
    register("contract.signed", signed, icon="contract", kind=DEALS)
    register("contract.renewed", renewed, icon="contract", kind=DEALS)
    register("contract.changed", contract_changed, icon="contract", kind=DEALS)
    register("contract.ended", ended, icon="contract", kind=DEALS)
    register("asset.installed", installed, icon="asset", kind=DEALS)
