"""People at a customer as columns of a customer file: 联系人, 联系人手机, 联系人2 … (A-1). Each becomes a contact of the
customer that the row is about."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from weixi.customers.importing.specs.shared import CHANNELS, LUNAR_BIRTHDAY
from weixi.kernel.importing.mapping.spec import FieldSpec, ValueType
from weixi.kernel.importing.wording import gettext_noop as _

# What other systems call somebody at a customer, before the name of a field.
_ZH = ("联系人", "主联系人", "首要联系人", "主要联系人", "业务联系人", "默认联系人", "对接人")
_EN = ("contact", "primary contact", "contact person", "main contact")


@dataclass(frozen=True, slots=True)
class _Part:
    """A field of a contact: its label for the first person, and its names behind the word for whom it is about."""

    key: str
    label: str
    label_zh: str
    type: ValueType
    zh: tuple[str, ...]
    en: tuple[str, ...] = ()
    # Names that need no word for whom they are about.
    alone: tuple[str, ...] = ()
    # Its labels for the second and the third person; () where only the first has it.
    others: tuple[str, ...] = ()
    # The part that a second column of this one feeds.
    second: str = ""
    # Names behind the same words that mean it where the column's values are its own, and another field elsewhere.
    by_values: tuple[str, ...] = ()


_PARTS = (
    _Part(
        "name", _("Contact"), "联系人", ValueType.PERSON, ("姓名", "名称", "名字"), ("name", "full name"),
        (*_ZH[1:], *_EN), (_("Second contact"), _("Third contact")),
    ),
    _Part(
        "position", _("Contact's position"), "联系人职位", ValueType.TEXT, ("职务", "职位", "岗位"),
        ("title", "position", "job title"), others=(_("Second contact's position"), _("Third contact's position")),
    ),
    _Part(
        "department", _("Contact's department"), "联系人部门", ValueType.TEXT, ("部门", "所在部门"), ("department", "dept")),
    _Part(
        "mobile", _("Contact's mobile phone"), "联系人手机", ValueType.PHONE,
        ("手机", "手机号", "手机号码", "移动电话"), ("mobile", "mobile phone", "cell", "cell phone", "mobile number"),
        others=(_("Second contact's mobile phone"), _("Third contact's mobile phone")),
    ),
    _Part(
        "phone", _("Contact's phone"), "联系人电话", ValueType.PHONE,
        ("电话", "座机", "固定电话", "固话", "办公电话", "联系电话", "电话号码", "联系方式"),
        ("phone", "tel", "telephone", "phone number", "work phone", "office phone"),
        others=(_("Second contact's phone"), _("Third contact's phone")),
    ),
    _Part(
        "email", _("Contact's e-mail"), "联系人邮箱", ValueType.EMAIL, ("邮箱", "电子邮箱", "电子邮件", "邮件"),
        ("email", "e-mail", "email address", "mail"), ("Email (Primary Contact)",),
        (_("Second contact's e-mail"), _("Third contact's e-mail")),
    ),
    _Part(
        "wechat", _("Contact's WeChat"), "联系人微信", ValueType.TEXT, ("微信", "微信号"), ("wechat", "wechat id"),
        others=(_("Second contact's WeChat"), _("Third contact's WeChat")),
    ),
    _Part("qq", _("Contact's QQ"), "联系人QQ", ValueType.TEXT, ("QQ", "QQ号", "QQ号码")),
    _Part(
        "birthday", _("Contact's birthday"), "联系人生日", ValueType.BIRTHDAY,
        ("生日", "出生日期", *LUNAR_BIRTHDAY[:-1]),
        ("birthday", "birthdate", "date of birth", LUNAR_BIRTHDAY[-1]),
        others=(_("Second contact's birthday"), _("Third contact's birthday")), second="other_birthday",
    ),
    _Part("other_birthday", _("Contact's birthday by the other calendar"), "联系人另一历法的生日", ValueType.BIRTHDAY, ()),
    _Part(
        "birthday_lunar", _("Contact's birthday by the lunar calendar"), "联系人是否农历", ValueType.YES_NO,
        ("农历",), ("lunar",),
        by_values=LUNAR_BIRTHDAY[:-1],
    ),
    _Part("gender", _("Contact's gender"), "联系人性别", ValueType.TEXT, ("性别",), ("gender", "sex")),
    _Part(
        "key_person", _("Contact is a key person"), "联系人是否关键人", ValueType.YES_NO, ("关键人", "是否关键联系人"),
        ("key person",), ("关键人", "是否关键人", "是否关键联系人", "是否首要联系人", "key person"),
        (_("Second contact is a key person"), _("Third contact is a key person")),
    ),
    _Part(
        "decision_maker", _("Contact decides"), "联系人是否决策人", ValueType.YES_NO, ("决策人", "是否关键决策人"),
        ("decision maker",), ("决策人", "是否决策人", "关键决策人", "是否关键决策人", "是否决策者", "decision maker"),
    ),
    _Part(
        "preferred_channel", _("Contact's preferred channel"), "联系人偏好渠道", ValueType.CHOICE, ("沟通偏好",),
        ("preferred channel",),
    ),
    _Part(
        "preferred_time", _("Contact's preferred time"), "联系人偏好时间", ValueType.TEXT, ("方便联系时间",), ("preferred time",)),
    _Part(
        "remark", _("Contact's remark"), "联系人备注", ValueType.LONG_TEXT, ("备注", "说明"),
        ("remark", "notes", "description"), others=(_("Second contact's remark"), _("Third contact's remark")),
    ),
)  # fmt: skip
# How the second and the third are told apart: 联系人2, 第二联系人, second contact.
_FURTHER = (
    (2, ("第二联系人", "联系人二", "备用联系人"), "second contact"),
    (3, ("第三联系人", "联系人三"), "third contact"),
)
# So many people of a customer have columns of their own in one row.
MOST = 1 + len(_FURTHER)


def field_key(place: int, part: str) -> str:
    """The field of the file for a contact's field; people are counted from 1."""
    return f"contact_{part}" if place == 1 else f"contact{place}_{part}"


def people_fields() -> tuple[FieldSpec, ...]:
    """The columns of the first person, then those of the second and the third."""
    found = [_first(part) for part in _PARTS]
    for place, zh, en in _FURTHER:
        for part in _PARTS:
            if part.others:
                label_zh = part.label_zh.replace("联系人", f"联系人{place}", 1)
                names = [*_numbered(str(place), part), *_called(part, zh, (en,))]
                found.append(_spec(place, part, part.others[place - 2], label_zh, names))
    return tuple(found)


# {field of the file: (the person's place, the field of a contact)}
PEOPLE: dict[str, tuple[int, str]] = {
    field_key(place, part.key): (place, part.key)
    for place, part in product(range(1, MOST + 1), _PARTS)
    if place == 1 or part.others
}


def _first(part: _Part) -> FieldSpec:
    names = [*_called(part, _ZH, _EN), *part.alone, *_numbered("1", part)]
    return _spec(1, part, part.label, part.label_zh, names)


def _spec(place: int, part: _Part, label: str, label_zh: str, names: list[str]) -> FieldSpec:
    choices = CHANNELS if part.type is ValueType.CHOICE else {}
    aliases = tuple(name for name in dict.fromkeys(names) if name not in (label, label_zh))
    told = tuple(f"{who}{word}" for who, word in product(_ZH, part.by_values))
    second = field_key(1, part.second) if part.second and place == 1 else ""
    key = field_key(place, part.key)
    return FieldSpec(key, label, label_zh, part.type, aliases, choices=choices, by_values=told, second=second)


def _called(part: _Part, zh: tuple[str, ...], en: tuple[str, ...]) -> list[str]:
    whole = [*zh, *en] if part.key == "name" else []
    return (
        whole
        + [f"{who}{word}" for who, word in product(zh, part.zh)]
        + [f"{who} {word}" for who, word in product(en, part.en)]
    )


def _numbered(number: str, part: _Part) -> list[str]:
    """联系人2手机, 联系人手机2, and for the name 联系人2; the English ones likewise."""
    whole = [f"联系人{number}", f"contact {number}"] if part.key == "name" else []
    zh = [name for word in part.zh for name in (f"联系人{number}{word}", f"联系人{word}{number}")]
    en = [name for word in part.en for name in (f"contact {number} {word}", f"contact {word} {number}")]
    return whole + zh + en


# Columns of a general name behind a contact's are his. The telephone (电话, 座机) behind the first is the company's.
_GENERAL = ("mobile", "position", "email", "wechat", "qq", "birthday")
COMPANIONS: dict[str, dict[str, str]] = {
    **{
        anchor: {general: field_key(1, general) for general in _GENERAL}
        for anchor in (field_key(1, "name"), "person_name", "last_name", "first_name")
    },
    **{
        field_key(place, "name"): {
            general: key for general in (*_GENERAL, "phone") if (key := field_key(place, general)) in PEOPLE
        }
        for place in range(2, MOST + 1)
    },
}
BETWEEN = frozenset({"phone", "fax", "mobile", "lunar_birthday", *PEOPLE})
