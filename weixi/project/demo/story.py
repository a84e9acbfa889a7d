"""What the last days brought: some things on time, some late, some going wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from weixi.commerce.models import Order
from weixi.commerce.services.contracts import sign_contract
from weixi.commerce.services.orders import return_order
from weixi.customers.services import add_contact, change_contact
from weixi.customers.services.changes import record_known_change
from weixi.duties.queries.today import ends
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock
from weixi.kernel.calendar.lunar import from_solar
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import viewer_of
from weixi.privacy.queries import person_of_contact
from weixi.privacy.services import give_consent, open_request, withdraw_consent
from weixi.project.demo.archive import FAMOUS, Profile
from weixi.project.demo.people import Staff


def last_days(profiles: list[Profile], *, staff: Staff, end: datetime) -> None:
    """The hand-made part; every instant lies before `end`."""
    if len(profiles) < len(FAMOUS):
        return
    by_name = {p.customer.short_name: p for p in profiles[: len(FAMOUS)]}
    today = ends(end)[0] - timedelta(days=1)

    def at(days: float, hour: int, minute: int = 0) -> datetime:
        """`days` ago at that time, never after the end."""
        return min(today - timedelta(days=days) + timedelta(hours=hour, minutes=minute), end - timedelta(minutes=20))

    lin, zheng, luo = (viewer_of(staff[name]) for name in ("linzhixia", "zhengkaiwen", "luomin"))
    with clock.at(end), unit_of_work(actor="system:demo", moving=True):
        heyuan = by_name["江苏禾元精密制造"]
        with clock.at(at(4, 15, 10)):
            chen = add_contact(
                heyuan.customer, viewer=lin, name="陈立群", position="设备部经理", mobile="13906124471",
                key_person=True, preferred_channel="wechat",
            )  # fmt: skip
            day = from_solar((today + timedelta(days=2)).date())
            change_contact(
                chen, viewer=lin,
                values={"birthday": f"1978-{day.month:02d}-{day.day:02d}", "birthday_lunar": True},
            )  # fmt: skip
        with clock.at(at(3, 16, 20)):
            record_interaction(
                heyuan.customer, viewer=lin, kind="visit", depth="deep", occurred_at=at(3, 14, 30), contact=chen, minutes=110,
                content="到厂看 7 号线改造现场，供气量要从 12 加到 18 立方，想先听听方案，月底前报预算。",
                need="7 号线改造，供气量从 12 加到 18 立方", solution="两台变频并联，先做能耗测算",
                conclusion="方案通过后年内下单", feedback="对上次保养很满意",
                followups=[
                    Promise("给陈立群出 7 号线供气方案", at(0, 0) + timedelta(hours=18)),
                    Promise("约技术部陶然现场勘查", today + timedelta(days=2, hours=18)),
                    Promise("寄同行能耗案例", at(1, 18)),
                ],
            )  # fmt: skip
            person = person_of_contact(chen)
            for channel, evidence in (("wechat", "3 号展会登记表签字"), ("sms", "3 号展会登记表签字")):
                give_consent(person, viewer=lin, purpose="营销", channel=channel, evidence=evidence)
        with clock.at(at(2, 10, 5)):
            withdraw_consent(person, viewer=lin, purpose="营销", channel="sms", how="短信回复“退订”")
            open_request(
                person,
                viewer=lin,
                kind="copy",
                channel="wechat",
                identity="本人微信提出，电话回拨核实",
                words="想看看你们留了我哪些信息",
            )
        haiyue = by_name["宁波海岳注塑科技"]
        with clock.at(at(1, 17, 45)):
            record_interaction(
                haiyue.customer, viewer=lin, kind="call", depth="deep", occurred_at=at(4, 10, 5), minutes=25,
                contact=haiyue.contacts[0], content="二期车间下月试产，问备用机能不能先到厂。", need="试产期备用机",
                followups=[Promise("确认备用机到厂日期", today + timedelta(days=1, hours=12))],
            )  # fmt: skip
        chuneng = by_name["武汉楚能动力系统"]
        with clock.at(at(9, 11, 0)):
            record_interaction(
                chuneng.customer, viewer=zheng, kind="wechat", occurred_at=at(9, 10, 40), contact=chuneng.contacts[0],
                content="采购换人了，新采购说先比价，今年的大保养推到明年。", direction="in",
                followups=[Promise("拜访新采购，摸清比价对象", at(5, 18)), Promise("报大保养折扣", at(2, 18))],
            )  # fmt: skip
        with clock.at(at(3, 9, 30)):
            record_known_change(chuneng.customer, viewer=zheng, what="采购经理换人，原采购孙工调岗")
        hengtai = by_name["常州恒泰新能源装备"]
        with clock.at(at(1, 15, 0)):
            sign_contract(
                hengtai.customer, viewer=lin, number="HT-2026-118", title="空压站年度框架合同",
                signed_on=at(1, 15).date(), starts_on=at(1, 15).date(), ends_on=(today + timedelta(days=364)).date(),
                amount=Decimal("860000"), terms="含 4 次保养，备件 48 小时到厂",
            )  # fmt: skip
        pengcheng = by_name["徐州彭城重工配件"]
        back = at(6, 10, 0)
        bought = Order.objects.filter(customer=pengcheng.customer, amount__gt=0, placed_at__lt=back)
        order = bought.order_by("-placed_at").first()
        if order is not None:
            with clock.at(back):
                return_order(
                    order, viewer=viewer_of(staff["bailu"]), amount=order.amount / 2, reason="停产一条线，退未开封备件"
                )
        lingnan = by_name["上海岭南食品配料"]
        with clock.at(at(2, 11, 30)):
            record_interaction(
                lingnan.customer, viewer=luo, kind="call", depth="formal", occurred_at=at(2, 11, 10), minutes=12,
                contact=lingnan.contacts[0], content="两条线减产，下季备件减半；新来的采购主管姓章，要重新报价。",
                feedback="嫌备件价高", followups=[Promise("重报备件价 @章主管", today + timedelta(days=3, hours=18))],
            )  # fmt: skip
