"""The normal form of column names: `*客户名称（必填）`, `客户 名称` and `customer_name` / `CustomerName`
pairwise meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[((\[【〔<《{](?P<inside>[^()()\[\]【】〔〕<>《》{}]{0,60})[))\]】〕>》}]")
_UNITS = re.compile(
    r"^(?:人民币)?(?:元|万元|千元|亿元|万|亿|人|人数|个|件|天|%|百分比|分钟|小时|次|rmb|cny|usd|eur|gbp|hkd|twd|jpy|¥|美元|欧元|英镑|港元|港币|新台币|日元|us dollars|euros|pounds sterling|hong kong dollars|taiwan dollars|yen|年|月|日|岁|单位[::].*|yuan)$",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"必填|选填|可选|必选|非必填|唯一|格式|例如|如[::]|示例|required|optional|yyyy|填写|多个|请|下拉|不超过|字以内|字符|text only|仅限文本|文本",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\s_\-*＊★☆#.·・、,，/\\|:：;；'\"“”‘’?？!！&+]+")
# Traditional signs of column names, in Taiwan's and Hong Kong's lists.
_SIMPLIFIED = str.maketrans(
    "戶稱電話聯絡係繫編號業務負責級別來備註訂單產數價額時間進類簡統碼國縣區郵傳網賬銀開員職狀態階內結論記錄發購買貨規範創資營總經門關鍵決農曆陽陰歷訪談況餘應實際銷訊機動體詳細鄉鎮學醫證執納稅識與參對標籤簽約啟從屬組織構計準優運費條項質獨據處題問訴舉辦週寶險飾圖顯點換華東廠層領導達選擇無設預場萬億幣債權轉檔歲齡慶節齊錶製審閱輸贏",
    "户称电话联络系系编号业务负责级别来备注订单产数价额时间进类简统码国县区邮传网账银开员职状态阶内结论记录发购买货规范创资营总经门关键决农历阳阴历访谈况余应实际销讯机动体详细乡镇学医证执纳税识与参对标签签约启从属组织构计准优运费条项质独据处题问诉举办周宝险饰图显点换华东厂层领导达选择无设预场万亿币债权转档岁龄庆节齐表制审阅输赢",
)
_UNIT_WORDS = {"万元": "10000", "万": "10000", "千元": "1000", "亿元": "100000000", "亿": "100000000"}

# When and by whom a row was kept in another system, and its keys.
_HOUSEKEEPING = re.compile(
    r"^(?:创建|建立|修改|更新|编辑|录入|登记|导入|同步|审核|审批|删除|最后修改|最近修改|最后更新|最近更新|分配|领取|回收)(?:人|者|时间|日期|于|部门|人员|用户)?(?:id|编号)?$"
    r"|^(?:date|time)?(?:created|modified|updated|entered|deleted|synced)(?:on|at|by|date|time|byid|bydelegate|userid|byname)*$"
    r"|^(?:date|time)(?:entered|created|modified|updated)$|^(?:last)(?:modified|updated|activity|viewed|referenced|contacted|login)\w*$"
    r"|^(?:create|creation|update|modify|modification)(?:date|time|d|user)?\w{0,6}$|^[a-z]{3,30}(?:ids?|guid|uuid)$"
    r"|^(?:organization|company|person|contact|deal|lead)?(?:created|updated)$"
    r"|^(?:最后|最近|最新|上次|末次|上一次|最近一次)(?:一次)?(?:跟进|联系|活动|修改|更新|登录|聊天|沟通|回访|拜访|互动|访问|消费|成交|下单|购买|交易)"
    r"(?:时间|日期|日|人|者|金额)?$|^(?:未跟进|未联系|未成交|未消费|沉睡)(?:天数|时长)$"
    r"|^(?:单据|关闭|审批|启用|禁用|数据|同步|作废)状态$|^(?:建档|登记|注册|领用)(?:日期|时间|人|员)$"
)


def is_housekeeping(header: str) -> bool:
    """True for names of columns that say something about the other system's row, not about the customer."""
    return _HOUSEKEEPING.match(header_key(header)) is not None


def without_subject(key: str, subjects: Collection[str]) -> str:
    """What is left of a normal form behind the word for whom it is about (客户邮箱 -> 邮箱), "" without such a word or
    when hardly anything is left.
    """
    for word in sorted(subjects, key=len, reverse=True):
        if key.startswith(word) and len(key) >= len(word) + 2:
            return key[len(word) :]
    return ""


def header_key(header: str) -> str:
    """For comparing: one width, simplified signs, lower case, no marks or blanks, notes and units in brackets dropped.

    Brackets that are neither a note nor a unit stay as text: 电话（公司） is not 电话.
    """
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header)).translate(_SIMPLIFIED)
    text = _BRACKETS.sub(_kept, text).lower()
    return _MARKS.sub("", text)


def header_unit(header: str) -> str | None:
    """The factor a unit in brackets stands for, as digits (`销售额(万元)` -> "10000"); None without such a
    unit.
    """
    for match in _BRACKETS.finditer(unicodedata.normalize("NFKC", header)):
        inside = match["inside"].strip().removeprefix("单位").lstrip(":：").strip()
        if inside in _UNIT_WORDS:
            return _UNIT_WORDS[inside]
    return None


def _kept(match: re.Match[str]) -> str:
    inside = match["inside"].strip()
    if not inside or _UNITS.match(inside) or _NOTES.search(inside):
        return " "
    return f" {inside} "
