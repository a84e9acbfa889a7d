"""The parts of a company's name: place, what tells it from others, legal form, branch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from weixi.customers.matching.fold import closed_up, fold, has_han, words_of
from weixi.customers.matching.places import PROVINCE_OF, leading_place

# What a name may end in without saying who it is; longest first, taken off again and again.
_FORM = re.compile(
    "(?:股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|分公司|公司|集团|股份|"
    "普通合伙|有限合伙|特殊普通合伙|合伙企业|个人独资企业|a股|b股)$"
)
# 集团, and what fingers make of it.
_GROUP = re.compile("(?:集{1,2}团{1,2}|团集)(?=股份|有限|控股|公司|$)")
# A part of a company that is not the company: at the end of the name, its own name before it.
_BRANCH = re.compile(
    r"(?P<name>第[一二三四五六七八九十百\d]+(?:分公司|分店|分厂|分院|分校|营业部|项目部|门市部|工厂|厂|店|部)"
    r"|(?:分公司|子公司|分店|分行|支行|分厂|分部|分院|分校|分社|分所|办事处|代表处|联络处|营业部|营业厅|门市部|项目部|"
    r"事业部|经营部|服务部|服务站|售后服务中心|直营店|专卖店|旗舰店|加盟店|体验店|连锁店|工会委员会|工会))$"
)
_SHOP = re.compile(r"(?<=公司)(?P<name>\w{2,8}(?:店|厂|部|中心|仓库|工厂))$")
_FORM_INSIDE = re.compile("股份有限公司|有限责任公司|有限公司|集团公司|总公司|总行|公司|集团")
_OLD = re.compile("^(?:原|曾用名|原名|已更名|更名)")
# Words that say what a company does, of which many do it; what stands before them is its own name.
_TRADES = [
    "信息技术",
    "网络科技",
    "电子科技",
    "生物科技",
    "智能科技",
    "信息科技",
    "环保科技",
    "新能源",
    "新材料",
    "高新技术",
    "生物医药",
    "生物技术",
    "医疗器械",
    "汽车零部件",
    "零部件",
    "供应链",
    "进出口",
    "房地产",
    "计算机",
    "互联网",
    "自动化",
    "半导体",
    "机器人",
    "有色金属",
    "科技",
    "技术",
    "贸易",
    "商贸",
    "实业",
    "企业",
    "工业",
    "产业",
    "电子",
    "电器",
    "电气",
    "电力",
    "机械",
    "机电",
    "设备",
    "制造",
    "制药",
    "药业",
    "医药",
    "医疗",
    "生物",
    "化工",
    "化学",
    "材料",
    "建材",
    "建设",
    "建筑",
    "工程",
    "装饰",
    "设计",
    "物流",
    "运输",
    "航运",
    "快递",
    "食品",
    "饮料",
    "酒业",
    "酿酒",
    "乳业",
    "农业",
    "牧业",
    "渔业",
    "种业",
    "粮油",
    "纺织",
    "服装",
    "服饰",
    "印刷",
    "包装",
    "造纸",
    "家具",
    "家居",
    "仪器",
    "仪表",
    "能源",
    "环保",
    "环境",
    "软件",
    "信息",
    "网络",
    "通信",
    "通讯",
    "传媒",
    "文化",
    "教育",
    "旅游",
    "酒店",
    "餐饮",
    "百货",
    "商业",
    "零售",
    "投资",
    "控股",
    "发展",
    "开发",
    "置业",
    "地产",
    "物业",
    "银行",
    "证券",
    "保险",
    "信托",
    "租赁",
    "金融",
    "资产",
    "管理",
    "咨询",
    "服务",
    "国际",
    "汽车",
    "汽配",
    "重工",
    "钢铁",
    "矿业",
    "金属",
    "铝业",
    "铜业",
    "稀土",
    "石油",
    "石化",
    "煤业",
    "煤电",
    "燃气",
    "水务",
    "热电",
    "热力",
    "港口",
    "机场",
    "高速",
    "航空",
    "船舶",
    "水泥",
    "玻璃",
    "陶瓷",
    "塑料",
    "橡胶",
    "轮胎",
    "光电",
    "光学",
    "激光",
    "数据",
    "数码",
    "智能",
    "精密",
    "精工",
    "模具",
    "轴承",
    "阀门",
    "泵业",
    "电缆",
    "线缆",
    "电池",
    "照明",
    "空调",
    "日化",
    "美容",
    "健康",
    "体育",
    "影视",
    "动漫",
    "广告",
    "农机",
    "股份",
    "中国",
    "系统",
    "动力",
    "环球",
    "石墨",
    "燃料",
    "餐饮",
    "酒家",
    "摩托",
    "资源",
    "资本",
    "客车",
    "装备",
    "重装",
    "管业",
    "水业",
    "乳业",
    "热能",
    "重能",
    "科创",
    "商社",
    "机床",
    "船业",
    "港务",
    "银业",
    "金业",
    "锂业",
    "钼业",
    "锗业",
    "轨道",
    "交通",
    "路桥",
    "市政",
    "园林",
    "生态",
    "农机",
    "种苗",
    "仪电",
    "微电子",
    "芯片",
    "基因",
    "诊断",
    "疫苗",
    "中药",
    "医院",
    "眼科",
    "口腔",
    "养老",
    "托管",
    "典当",
    "拍卖",
    "期货",
    "基金",
    "担保",
    "财险",
    "寿险",
    "保险",
    "信息产业",
    "集团",
    "啤酒",
    "茶业",
    "糖业",
    "盐业",
    "木业",
    "纸业",
    "鞋业",
    "皮革",
    "珠宝",
    "钟表",
    "玩具",
    "五金",
]
_TRADE = re.compile(f"(?:{'|'.join(sorted(_TRADES, key=len, reverse=True))})$")
_LATIN_FORMS = frozenset(
    [
        "ltd",
        "limited",
        "inc",
        "incorporated",
        "co",
        "company",
        "corp",
        "corporation",
        "llc",
        "llp",
        "plc",
        "gmbh",
        "ag",
        "sa",
        "srl",
        "spa",
        "bv",
        "nv",
        "pte",
        "pty",
        "kk",
        "the",
        "and",
    ]
)


@dataclass(frozen=True, slots=True)
class CompanyName:
    """`core` tells the company from others, without place and legal form; of it `brand` is its own name and
    `trade` what it does. `branch` is what a part of a company is called, its core being the company's."""

    text: str
    core: str
    brand: str
    trade: str
    # Place and core: the name without its legal form.
    stem: str
    place: str = ""
    branch: str = ""
    words: tuple[str, ...] = ()

    @property
    def telling(self) -> int:
        """How many characters of the brand are its own: 中国铁建 has two."""
        return len(self.brand) - 2 * (len(self.brand) > 3 and self.brand.startswith(("中国", "中华", "国家", "全国")))

    @property
    def latin(self) -> bool:
        return bool(self.words)


EMPTY = CompanyName("", "", "", "", "")


@lru_cache(maxsize=65536)
def company_name(name: str) -> CompanyName:
    """The parts of a name as somebody wrote it."""
    folded = fold(name)
    if not has_han(folded):
        return _latin(folded)
    text, seat, branch = _opened(closed_up(folded))
    if not branch:
        text, branch = _split_branch(text)
    place, length = leading_place(text)
    rest = _without_form(text[length:])
    if place and not _tells(rest):
        # 青岛啤酒, 北京银行: the place is the name.
        rest, place = place + rest, ""
    core = rest or text
    brand, trade = _brand(core)
    # A place in brackets is the company's own, as if it stood in front.
    return CompanyName(seat + text, core, brand, trade, (seat or place) + core, seat or place, branch)


def _latin(folded: str) -> CompanyName:
    every = words_of(folded)
    words = tuple(word for word in every if word not in _LATIN_FORMS) or every
    core = "".join(words)
    return CompanyName(" ".join(every), core, core, "", core, words=words)


def _opened(text: str) -> tuple[str, str, str]:
    """(the name without brackets, the place that stood in some, the branch that stood in some)."""
    seat = branch = ""
    while (found := re.search(r"\(([^()]*)\)", text)) is not None:
        inside, kept = found[1], found[1]
        place, length = leading_place(inside)
        if place and length == len(inside):
            seat, kept = place, ""
        elif inside in ("中国", "国际") or _OLD.match(inside):
            kept = ""
        elif _BRANCH.search(inside):
            branch, kept = inside, ""
        text = text[: found.start()] + kept + text[found.end() :]
    return text.replace("(", "").replace(")", ""), seat, branch


def _split_branch(text: str) -> tuple[str, str]:
    """(the company's name, the part's name), the second empty when it is the company itself."""
    found = _BRANCH.search(text) or _SHOP.search(text)
    if found is None or found.start() < 2:
        return text, ""
    company = text[: found.start()]
    inside = list(_FORM_INSIDE.finditer(company))
    if inside and inside[-1].end() >= 4:
        # 恒泰纺织有限公司 | 苏州分公司
        end = inside[-1].end()
        return company[:end], text[end:]
    # 恒泰纺织 | 苏州 | 分公司: what stands before the last place that is named.
    for length in (4, 3, 2):
        if len(company) > length + 1 and company[-length:] in PROVINCE_OF:
            return company[:-length], text[len(company) - length :]
    if company.endswith(("市", "县", "区")):
        for length in (4, 3, 2):
            if len(company) > length + 2 and company[-length - 1 : -1] in PROVINCE_OF:
                return company[: -length - 1], text[len(company) - length - 1 :]
    return company, found["name"]


def _without_form(text: str) -> str:
    core = _GROUP.sub("", text)
    while (found := _FORM.search(core)) is not None and found.start() >= 2:
        core = core[: found.start()]
    return core


def _tells(core: str) -> bool:
    """Whether something is left that other companies of the trade do not have."""
    if len(core) < 2:
        return False
    while (found := _TRADE.search(core)) is not None:
        core = core[: found.start()]
    return len(core) > 1


def _brand(core: str) -> tuple[str, str]:
    brand = core
    while (found := _TRADE.search(brand)) is not None and found.start() >= 2:
        brand = brand[: found.start()]
    return brand, core[len(brand) :]
