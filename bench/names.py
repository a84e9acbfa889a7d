"""Deterministic Chinese names and numbers: customer `i` is the same in every run and at every size."""

from __future__ import annotations

CITIES = [
    "杭州",
    "上海",
    "北京",
    "深圳",
    "广州",
    "苏州",
    "宁波",
    "南京",
    "成都",
    "武汉",
    "西安",
    "重庆",
    "天津",
    "青岛",
    "厦门",
    "长沙",
    "郑州",
    "合肥",
    "福州",
    "济南",
    "无锡",
    "佛山",
    "东莞",
    "沈阳",
    "大连",
    "昆明",
    "南昌",
    "太原",
    "贵阳",
    "南宁",
    "常州",
    "温州",
]
REGIONS = ["华东", "华南", "华北", "华中", "西南", "西北", "东北"]
FIRST = [
    "华盛",
    "德丰",
    "立讯",
    "金桥",
    "启明",
    "远航",
    "中创",
    "恒通",
    "永兴",
    "天元",
    "同济",
    "博雅",
    "新锐",
    "嘉禾",
    "万象",
    "瑞成",
    "汇金",
    "东升",
    "海川",
    "宏图",
    "康泰",
    "安信",
    "佳美",
    "长风",
    "正大",
    "百川",
    "兴业",
    "明德",
    "广源",
    "富春",
    "泰和",
    "凯达",
]
SECOND = [
    "联创",
    "精工",
    "新材",
    "云泰",
    "智能",
    "国际",
    "世纪",
    "卓越",
    "光华",
    "信达",
    "鼎盛",
    "三友",
    "银河",
    "盛世",
    "宝利",
    "伟业",
    "祥瑞",
    "顺达",
    "和记",
    "永固",
]
KINDS = [
    "科技",
    "贸易",
    "实业",
    "电子",
    "机械",
    "物流",
    "医药",
    "化工",
    "食品",
    "服饰",
    "建材",
    "印刷",
    "包装",
    "纺织",
    "仪器",
    "能源",
    "环保",
    "软件",
    "家具",
    "汽配",
]
FORMS = ("有限公司", "股份有限公司", "集团有限公司", "厂")
INDUSTRIES = ["制造", "批发零售", "信息技术", "医药", "食品", "建筑", "物流", "教育"]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国文辉力志海燕晓东春梅兰云龙"
TALK = "与客户沟通年度采购计划，对方希望下周提供正式报价，需跟进合同条款与交付周期。"

# Carried by about seven customers of any number: what a person looks for by a part of a name.
RARE = "琥珀恒昌"
RARE_INITIALS = "hphc"
_COMBINATIONS = len(CITIES) * len(FIRST) * len(SECOND) * len(KINDS) * len(FORMS)
# Coprime to the number of combinations: neighbours differ in every part, and no name repeats.
_STEP = 611_957


def rare_every(total: int) -> int:
    return max(1, total // 7)


def is_rare(i: int, total: int) -> bool:
    return i % rare_every(total) == 0


def company(i: int, total: int) -> str:
    """The full name of customer `i` (from 1) of an installation of `total`."""
    rest = i * _STEP % _COMBINATIONS
    rest, city = divmod(rest, len(CITIES))
    rest, first = divmod(rest, len(FIRST))
    rest, second = divmod(rest, len(SECOND))
    form, kind = divmod(rest, len(KINDS))
    middle = RARE if is_rare(i, total) else FIRST[first] + SECOND[second]
    return f"{CITIES[city]}{middle}{KINDS[kind]}{FORMS[form]}"


def city(i: int) -> str:
    return CITIES[i * _STEP % _COMBINATIONS % len(CITIES)]


def person(i: int) -> str:
    """A name of two or three characters, as they repeat in life."""
    mixed = i * 7919
    given = GIVEN[mixed % len(GIVEN)]
    second = GIVEN[mixed // 41 % len(GIVEN)] if i % 5 else ""
    return SURNAMES[mixed // 1681 % len(SURNAMES)] + given + second


def mobile(i: int) -> str:
    return f"1{30 + i % 70:02d}{i * 7919 % 100_000_000:08d}"


def number(i: int) -> str:
    return f"K-{i:07d}"


def mixed(i: int) -> int:
    """A number that has nothing to do with whose customer `i` is (owners come in turn)."""
    return (i * 2_654_435_761 >> 12) & 0xFFFFF


def grade(i: int) -> str:
    """5 in 100 are core customers, 20 important, the others normal."""
    place = mixed(i) % 100
    return "core" if place < 5 else "important" if place < 25 else "normal"


def amount(i: int, k: int) -> str:
    """An order's amount in yuan, two decimals; a few very large, as in life."""
    base = (i * 7919 + k * 104_729) % 9_000_000 + 50_000
    return f"{base * (10 if i % 97 == 0 else 1) / 100:.2f}"
