"""The demo company's customers: who they are, how much they buy, who looks after them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from weixi.customers.models import Contact, Customer
from weixi.customers.people_map.services import place_contact
from weixi.customers.services import add_contact, create_customer
from weixi.grading.services.judgements import judge_indicator
from weixi.kernel import clock
from weixi.organisation.scope import Viewer, viewer_of
from weixi.project.demo import words
from weixi.project.demo.owners import Owners
from weixi.project.demo.people import OWNERS, Staff
from weixi.project.demo.upkeep import Upkeep

# Known by name in the story of the last days.
FAMOUS = [
    ("江苏禾元精密制造有限公司", "江苏禾元精密制造", "苏州", "华东", "汽车零部件", "linzhixia", "large", 1.25),
    ("宁波海岳注塑科技股份有限公司", "宁波海岳注塑科技", "宁波", "华东", "塑料制品", "linzhixia", "large", 1.1),
    ("武汉楚能动力系统有限公司", "武汉楚能动力系统", "武汉", "华中", "新能源", "zhengkaiwen", "large", 0.8),
    ("青岛远帆船舶配套有限公司", "青岛远帆船舶配套", "青岛", "华北", "船舶", "linzhixia", "large", 1.15),
    ("常州恒泰新能源装备（集团）股份有限公司", "常州恒泰新能源装备", "常州", "华东", "新能源", "linzhixia", "mid", 1.3),
    ("杭州云栖生物医药有限公司", "杭州云栖生物医药", "杭州", "华东", "医药", "shenyizhou", "mid", 1.4),
    ("无锡锡澄轴承有限公司", "无锡锡澄轴承", "无锡", "华东", "轴承", "hanyutong", "mid", 1.0),
    ("上海岭南食品配料有限公司", "上海岭南食品配料", "上海", "华东", "食品", "luomin", "mid", 0.55),
    ("合肥星阑电子材料有限公司", "合肥星阑电子材料", "合肥", "华东", "电子材料", "luomin", "mid", 1.0),
    ("绍兴越城纺织印染有限公司", "绍兴越城纺织印染", "绍兴", "华东", "纺织", "shenyizhou", "small", 1.2),
    ("徐州彭城重工配件有限公司", "徐州彭城重工配件", "徐州", "华东", "工程机械", "luomin", "small", 0.5),
    ("南通江海化工机械有限公司", "南通江海化工机械", "南通", "华东", "化工机械", "tangyu", "small", 1.0),
]
TIERS = {"large": 0.08, "mid": 0.24, "small": 0.56, "prospect": 0.12}


@dataclass
class Profile:
    """How one customer behaves in the story. `trend` multiplies what it buys from year to year."""

    customer: Customer
    tier: str
    owner: str
    trend: float
    since: datetime
    contacts: list[Contact] = field(default_factory=list)
    ordered: int = 0


def build_customers(
    count: int, *, staff: Staff, random: Random, start: datetime, end: datetime, upkeep: Upkeep, owners: Owners
) -> list[Profile]:
    """Customers entered over the first weeks, a few new ones through the year."""
    steward = viewer_of(staff["bailu"])
    profiles = []
    names: set[str] = set()
    for place in range(count):
        if place < len(FAMOUS):
            name, short, city, region, industry, owner, tier, trend = FAMOUS[place]
            trade = next(t for t in words.TRADES if t[1] == industry)
        else:
            name, short, city, region, trade = _name(random, names)
            industry = trade[1]
            owner = random.choices(list(OWNERS), list(OWNERS.values()))[0]
            tier = random.choices(list(TIERS), list(TIERS.values()))[0]
            trend = random.choice((0.6, 0.85, 1.0, 1.0, 1.1, 1.2, 1.5))
        names.add(name)
        late_comer = place >= len(FAMOUS) and random.random() < 0.12
        if place >= len(FAMOUS):
            owner = owners.first(owner, tier, late_comer=late_comer)
        since = start + timedelta(
            days=random.randint(60, max(61, (end - start).days - 20)) if late_comer else place % 12
        )
        since = since.replace(hour=9 + place % 8, minute=place % 60)
        with clock.at(since):
            profile = _enter(
                name, short, city, region, industry, trade[2], owner, tier, trend, staff, steward, random, upkeep
            )
        profile.since = since
        profiles.append(profile)
    return profiles


def _enter(
    name: str, short: str, city: str, region: str, industry: str, makes: str, owner: str, tier: str, trend: float,
    staff: Staff, steward: Viewer, random: Random, upkeep: Upkeep,
) -> Profile:  # fmt: skip
    today = clock.now()
    founded = date(random.randint(1996, 2019), random.randint(1, 12), random.randint(1, 28))
    since = date(random.randint(2017, 2024), random.randint(1, 12), random.randint(1, 28))
    full = random.random() < 0.8
    surname, given = random.choice(words.SURNAMES), random.choice(words.GIVEN)
    customer = create_customer(
        viewer=steward,
        name=name,
        short_name=short,
        owner=staff[owner],
        lifecycle={"large": "loyal", "mid": "established", "small": "established", "prospect": "prospect"}[tier],
        industry=industry,
        region=region,
        city=city,
        phone=f"0{random.randint(510, 579)}-{random.randint(80000000, 89999999)}",
        founded_on=founded.isoformat() if full else "",
        cooperation_since=since.isoformat() if tier != "prospect" else "",
        source=random.choice(words.SOURCES),
        address=f"{city}市经济开发区{random.choice('东西南北')}环路 {random.randint(1, 999)} 号" if full else "",
        legal_representative=surname + given if full else "",
        general_manager=surname + given if full and random.random() < 0.7 else "",
        headcount=random.choice(("50-100", "100-300", "300-500", "500-1000")) if full else "",
        main_business=makes if full else "",
        need_preference=random.choice(("稳定供气", "节能改造", "快速备件", "价格")) if random.random() < 0.75 else "",
        channel_preference=random.choice(("线上", "线下")) if random.random() < 0.6 else "",
        product_use=random.choice(("两班运行", "三班连续运行", "季节性使用")) if random.random() < 0.7 else "",
        tags=random.sample(words.TAGS, random.choice((0, 1, 1, 2, 3))),
    )
    upkeep.fill(customer, tier, steward)
    profile = Profile(customer, tier, owner, trend, today)
    owner_viewer = viewer_of(staff[owner])
    for number in range({"large": 4, "mid": 2, "small": 1, "prospect": 1}[tier]):
        profile.contacts.append(_person(customer, number, owner_viewer, random))
    _place(profile.contacts, owner_viewer)
    if tier in ("large", "mid"):
        _judge(customer, tier, owner_viewer, random)
    return profile


def _person(customer: Customer, number: int, viewer: Viewer, random: Random) -> Contact:
    position, key, decides = words.POSITIONS[min(number + random.choice((0, 0, 1)), len(words.POSITIONS) - 1)]
    known = random.random() < 0.7
    lunar = random.random() < 0.35
    return add_contact(
        customer,
        viewer=viewer,
        name=random.choice(words.SURNAMES) + random.choice(words.GIVEN),
        position=position,
        mobile=f"1{random.choice((38, 39, 35, 58, 86, 77))}{random.randint(10000000, 99999999)}",
        wechat=f"wx{random.randint(100000, 999999)}" if random.random() < 0.5 else "",
        preferred_channel=random.choice(("phone", "wechat", "")),
        preferred_time=random.choice(("上午", "下午", "")),
        birthday=f"19{random.randint(65, 95)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}" if known else "",
        birthday_lunar=lunar and known,
        key_person=key,
        decision_maker=decides,
    )


def _place(people: list[Contact], viewer: Viewer) -> None:
    """The people map of customers with several people: the first decides, the others report to him."""
    parts = (("decider", "supporter"), ("influencer", "supporter"), ("user", "neutral"), ("gatekeeper", "opponent"))
    for number, (person, (part, attitude)) in enumerate(zip(people, parts, strict=False)):
        values: dict[str, object] = {"part": part, "attitude": attitude}
        if number:
            values["reports_to"] = people[0].pk
        if number == 1 and len(people) > 2:
            values["influences"] = [people[2].pk]
        if len(people) > 1:
            place_contact(person, viewer=viewer, values=values)


# What each judged indicator was judged by, for 100, 60 and 20 points.
_GROUNDS = {
    "strategic_importance": ("同行看它怎么做，行业标杆", "本地有影响，行业内不突出", "对同行影响不大"),
    "industry_outlook": ("行业连年扩产，订单排到明年", "行业平稳，以更新改造为主", "行业在减产"),
    "referral_willingness": ("已介绍过两家同行", "愿意让同行来看，没有主动介绍", "没有表示过"),
    "intent": ("多次当面表示要加量", "有意向，尚在比较", "近期没有明确表示"),
}


def _judge(customer: Customer, tier: str, viewer: Viewer, random: Random) -> None:
    """The opinions a grading needs beside figures."""
    weights = (5, 4, 1) if tier == "large" else (2, 5, 3)
    for indicator, grounds in _GROUNDS.items():
        score = random.choices((100, 60, 20), weights)[0]
        basis = dict(zip((100, 60, 20), grounds, strict=True))[score]
        judge_indicator(customer, indicator, viewer=viewer, score=score, basis=basis)


def _name(random: Random, taken: set[str]) -> tuple[str, str, str, str, tuple[str, str, str]]:
    while True:
        city, region = random.choice(words.CITIES)
        trade = random.choice(words.TRADES)
        core = random.choice(words.FIRST) + random.choice(words.SECOND)
        name = f"{city}{core}{trade[0]}{random.choice(words.FORMS)}"
        if name not in taken:
            return name, f"{city}{core}{trade[0]}", city, region, trade
