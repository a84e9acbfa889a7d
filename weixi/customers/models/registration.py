from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import Channel


class Registration(models.Model):
    """The registration form 客户状况登记表 and record card of a customer: what is not in the list (A-1, A-2, A-13).

    Amounts that follow from orders are not here: they are computed.
    """

    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.PROTECT, primary_key=True, related_name="registration"
    )
    # basic information
    address = models.CharField(_("address"), max_length=200, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    # Beside the customer's telephone: of a person his second one.
    other_phone = models.CharField(_("further phone"), max_length=40, blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    general_manager = models.CharField(_("general manager"), max_length=60, blank=True)
    # size: a number or a range, `500-1000`; the policy's currency for revenue
    headcount = models.CharField(_("headcount"), max_length=40, blank=True)
    yearly_revenue = models.CharField(_("yearly revenue"), max_length=40, blank=True)
    # record card of a person
    employer = models.CharField(_("employer"), max_length=120, blank=True)
    position = models.CharField(_("position"), max_length=60, blank=True)
    home_address = models.CharField(_("home address"), max_length=200, blank=True)
    # business state
    main_business = models.CharField(_("main business"), max_length=300, blank=True)
    operating_state = models.CharField(_("operating state"), max_length=120, blank=True)
    # finances
    bank = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    loans = models.CharField(_("loans"), max_length=200, blank=True)
    cash_flow = models.CharField(_("cash flow"), max_length=200, blank=True)
    # payment
    payment_handler = models.CharField(_("who handles payment"), max_length=60, blank=True)
    payment_attitude = models.CharField(_("payment attitude"), max_length=120, blank=True)
    cheque_use = models.CharField(_("use of cheques"), max_length=120, blank=True)
    # service and behaviour
    service_channel = models.CharField(_("service channel"), max_length=8, choices=Channel.choices, blank=True)
    service_frequency = models.CharField(_("service frequency"), max_length=60, blank=True)
    channel_preference = models.CharField(_("channel preference"), max_length=60, blank=True)
    event_participation = models.CharField(_("event participation"), max_length=300, blank=True)
    product_use = models.CharField(_("product use"), max_length=300, blank=True)
    need_preference = models.CharField(_("need preference"), max_length=300, blank=True)
    # potential and satisfaction
    development_potential = models.CharField(_("development potential"), max_length=300, blank=True)
    satisfaction = models.CharField(_("satisfaction"), max_length=120, blank=True)

    def __str__(self) -> str:
        return str(self.customer_id)
