"""Names that several kinds share: housekeeping columns of other systems, and words for choices."""

from __future__ import annotations

# Columns that other systems export about their own rows; they say nothing about the customer.
HOUSEKEEPING: tuple[str, ...] = (
    "序号", "行号", "创建时间", "创建日期", "创建人", "更新时间", "修改时间", "修改人", "更新人", "最后修改时间",
    "最近更新时间", "录入时间", "录入人", "建档时间", "建档人", "审核状态", "锁定状态", "成交状态", "是否删除", "头像",
    "Date Created", "Date Modified", "Created By", "Modified By", "Create Date", "Created At", "Updated At",
    "Created Time", "Modified Time", "Last Modified Date", "Last Modified By", "Created Date", "Last Activity Date",
    "Deleted", "Photo", "Portal Name", "Portal Application", "Converted", "Campaign ID", "Opportunity ID",
    "Opportunity Name", "Opportunity Amount", "Reports To ID", "Contact ID", "Account ID", "Longitude", "Latitude",
    "Geocode Status", "Lawful Basis", "Lawful Basis Date Reviewed", "Lawful Basis Source", "Assistant",
    "Assistant Phone", "Lead Status", "Status", "Status Description", "Record Type", "Layout", "Currency",
    "Exchange Rate", "Is Deleted", "System Modstamp", "Object ID",
)  # fmt: skip

# What a customer's own grade column is called; the grade comes from grading by the policy.
GRADES: tuple[str, ...] = (
    "客户级别",
    "客户等级",
    "等级",
    "级别",
    "星级",
    "客户星级",
    "VIP等级",
    "会员等级",
    "Rating",
    "Tier",
)

# A column called so holds the day itself, of the lunar calendar; where it holds yes and no, whether the birthday is of it.
LUNAR_BIRTHDAY: tuple[str, ...] = (
    "农历生日",
    "阴历生日",
    "农历出生日期",
    "阴历出生日期",
    "生日农历",
    "生日阴历",
    "lunar birthday",
)

# The country that goes without saying where the province stands beside it.
HOME = frozenset(
    ("中国", "中国大陆", "中华人民共和国", "china", "mainland china", "people's republic of china", "prc", "cn", "chn")
)

# Balances of a bookkeeping program.
BALANCES: tuple[str, ...] = (
    "余额日期", "期初应收款", "期初预收款", "期初应收", "期初预收", "应收余额", "预收余额", "期末余额", "期初余额",
    "信用额度", "欠款", "累计欠款", "应收款", "税率", "折扣", "价格等级", "默认折扣",
)  # fmt: skip

CHANNELS: dict[str, tuple[str, ...]] = {
    "phone": ("电话", "手机", "致电", "phone call", "call"),
    "wechat": ("微信", "企业微信", "企微", "wechat"),
    "email": ("邮件", "邮箱", "电子邮件", "e-mail", "mail"),
    "sms": ("短信", "text message"),
    "visit": ("拜访", "上门", "面谈", "当面"),
    "online": ("线上", "网络", "在线", "网站", "qq"),
}
