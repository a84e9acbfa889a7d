"""Need tags: what customers are known to want (A-8)."""

from __future__ import annotations

from weixi.customers.importing.specs.shared import HOUSEKEEPING
from weixi.kernel.importing.mapping.spec import FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.wording import gettext_noop as _

CUSTOMER_NUMBER = FieldSpec(
    "customer_number", _("Customer number"), "客户编号", ValueType.CODE,
    ("客户编码", "客户代码", "客户ID", "客户号", "会员编号", "customer id", "customer no", "account number"),
)  # fmt: skip
CUSTOMER_NAME = FieldSpec(
    "customer_name", _("Customer's full name"), "客户名称", ValueType.ORGANISATION,
    ("客户", "客户全称", "公司名称", "企业名称", "单位名称", "关联客户", "customer name", "customer", "account name", "company"),
)  # fmt: skip

NEED_TAGS = KindSpec(
    key="need_tags",
    label=_("Need tags"),
    label_zh="需求标签",
    fields=(
        CUSTOMER_NUMBER,
        CUSTOMER_NAME,
        FieldSpec(
            "tags", _("Need tags"), "需求标签", ValueType.LIST,
            ("需求", "客户需求", "需求类型", "需求类别", "需求标签1", "需求标签2", "需求标签3", "需求标签4", "需求标签5", "need", "needs",
             "need tag", "客户标签"),
            weak=("标签", "tags", "tag", "labels", "label"),
            required=True,
            many=True,
        ),
    ),
    elsewhere=HOUSEKEEPING,
    need_one_of=(("customer_number", "customer_name"),),
)  # fmt: skip
