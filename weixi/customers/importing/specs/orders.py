"""Orders: each row is a line of an order."""

from __future__ import annotations

from weixi.customers.importing.specs.dialects import with_dialects
from weixi.customers.importing.specs.shared import HOUSEKEEPING
from weixi.kernel.importing.mapping.spec import FalseFriend, FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.wording import gettext_noop as _

_WHY_PERSON = _("客户姓名 is the name of a person, not of a company.")
_WHY_NAME = _("In such exports the name of an order is its number.")
_WHY_LINE = _("Beside the name of the item this is its place in the order.")
_WHY_TOTAL = _("Beside the amounts of the lines this is the total of the whole order.")
_WHY_TAX = _("Amounts are taken once; this column is another form of the amount.")

# Words for orders that never became one, or not yet: what an order's or a deal's state says in other systems.
NO_PURCHASE: tuple[str, ...] = (
    "已取消", "取消", "交易取消", "交易关闭", "已作废", "作废", "无效", "已撤销", "撤销", "草稿", "暂存", "未提交", "已驳回", "驳回",
    "等待买家付款", "输单", "已输单", "丢单", "失单", "无效商机", "未成交", "战败", "初步接洽", "需求确认", "需求分析", "方案报价",
    "方案/报价", "谈判审核", "商务谈判", "意向", "跟进中", "洽谈中", "cancelled", "canceled", "void", "voided", "draft",
    "lost", "closed lost", "closedlost", "abandoned", "prospecting", "engaging", "qualification", "qualified", "needs analysis",
    "value proposition", "id. decision makers", "identify decision makers", "perception analysis", "proposal", "proposal/price quote",
    "proposal/quote", "negotiation", "negotiation/review", "appointment scheduled", "appointmentscheduled", "qualified to buy",
    "qualifiedtobuy", "presentation scheduled", "presentationscheduled", "decision maker bought-in", "decisionmakerboughtin",
    "contract sent", "contractsent", "待付款", "待支付", "未付款", "未支付", "已退款", "全额退款", "退款成功", "已关闭", "已流失", "已过期", "支付失败", "pending payment",
    "payment pending", "unpaid", "refunded", "failed", "expired", "unavailable", "deleted",
)  # fmt: skip

# Columns that only the lines of an order have: the total beside them is the order's.
LINE_AMOUNTS: tuple[str, ...] = (
    "Lineitem quantity", "Lineitem price", "Line Amount", "LineAmount", "Line Total", "Item Total", "Order Lines/Subtotal", "Order Lines/Unit Price",
    "订单行/小计", "订单行/单价", "商品小计", "产品小计", "明细金额", "行金额", "小计金额", "商品金额", "产品金额", "Item Cost", "Item Subtotal", "Extended Amount", "Total Price",
)  # fmt: skip

# The same money by other names.
CURRENCY_NAMES: dict[str, str] = {
    "rmb": "CNY", "人民币": "CNY", "人民币元": "CNY", "元": "CNY", "¥": "CNY", "￥": "CNY", "cn¥": "CNY", "人民币(cny)": "CNY", "cny(人民币)": "CNY",
    "美元": "USD", "$": "USD", "us$": "USD", "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP", "港币": "HKD", "港元": "HKD", "hk$": "HKD",
    "日元": "JPY", "新台币": "TWD", "台币": "TWD",
}  # fmt: skip

ORDERS = with_dialects(KindSpec(
    key="orders",
    label=_("Orders"),
    label_zh="订单",
    fields=(
        FieldSpec(
            "number", _("Order number"), "订单编号", ValueType.CODE,
            ("订单号", "单据编号", "单据号", "单号", "销售单号", "销售单据编号", "出库单号", "发票号", "发票号码", "交易编号", "交易号",
             "流水号", "合同编号", "订单ID", "order no", "order id", "invoice no", "invoice number", "invoice", "order",
             "transaction id", "bill no", "receipt no"),
            # An id of a deal is a number like any other: the deal exported again must meet itself.
            weak=("编号", "ID", "no", "opportunity id", "deal id", "record id"),
        ),
        FieldSpec(
            "line_no", _("Line"), "行号", ValueType.WHOLE, ("明细行号", "分录号", "项次", "行序", "line no", "line number", "item no")),
        FieldSpec(
            "placed_at", _("Date"), "订单日期", ValueType.MOMENT,
            ("下单时间", "下单日期", "单据日期", "交易时间", "交易日期", "销售日期", "成交日期", "成交时间", "购买日期", "消费时间", "开票日期",
             "付款时间", "订单时间", "invoice date", "order date", "transaction date", "purchase date", "close date"),
            weak=("日期", "时间", "date", "time", "预计成交日期", "预计结单日期", "expected close date", "创建时间", "创建日期", "created time", "create date", "created at", "created date",
                  "发货日期", "发货时间", "ship date"),
        ),
        FieldSpec(
            "customer_number", _("Customer number"), "客户编号", ValueType.CODE,
            ("客户编码", "客户代码", "客户ID", "客户号", "会员号", "会员编号", "往来单位编号", "购方编号", "customer id", "customer no",
             "customer code", "account number", "client id"),
        ),
        FieldSpec(
            "customer_name", _("Customer's full name"), "客户名称", ValueType.ORGANISATION,
            ("客户", "购货单位", "公司名称", "企业名称", "往来单位", "往来单位名称", "购方名称", "单位名称", "买方", "客户全称", "买家",
             "会员名称", "customer name", "customer", "account name", "account", "company", "client", "buyer"),
        ),
        FieldSpec(
            "customer_region", _("Customer's region"), "客户地区", ValueType.TEXT,
            ("国家", "地区", "省份", "country", "region", "ship country")),
        FieldSpec(
            "product_code", _("Product code"), "产品编号", ValueType.CODE,
            ("产品编码", "商品编号", "商品编码", "物料编码", "物料编号", "货号", "存货编码", "sku", "stock code", "product id", "item code",
             "product code", "商品条码", "条码", "产品代码"),
        ),
        FieldSpec(
            "product_name", _("Product"), "产品名称", ValueType.TEXT,
            ("商品名称", "物料名称", "货品名称", "货品", "货物名称", "存货名称", "产品", "商品", "品名", "项目名称", "服务名称", "product name", "item", "item name",
             "product description"),
            weak=("description", "名称", "描述"),
        ),
        FieldSpec("line_text", _("Line description"), "明细说明", ValueType.TEXT, ("行说明", "明细备注", "明细描述", "line remark")),
        FieldSpec(
            "product_category", _("Product category"), "产品类别", ValueType.TEXT,
            ("商品类别", "商品分类", "产品分类", "品类", "category", "product category", "series")),
        FieldSpec("product_unit", _("Unit"), "单位", ValueType.TEXT, ("计量单位", "基本单位", "uom")),
        FieldSpec("product_model", _("Model"), "规格型号", ValueType.TEXT, ("规格", "型号", "spec")),
        FieldSpec("quantity", _("Quantity"), "数量", ValueType.NUMBER, ("销售数量", "件数", "订购数量", "qty", "units", "count")),
        FieldSpec(
            "unit_price", _("Unit price"), "单价", ValueType.MONEY,
            ("销售单价", "价格", "含税单价", "成交单价", "price", "unit price", "sales price", "rate")),
        FieldSpec(
            "amount", _("Amount"), "金额", ValueType.MONEY,
            ("销售金额", "订单金额", "总金额", "成交金额", "实付金额", "应收金额", "价税合计", "含税金额", "小计金额", "交易金额", "消费金额",
             "line total", "total", "total amount", "net amount", "close value", "sales", "revenue", "amount due"),
            weak=("预计成交金额", "预计销售金额", "opportunity amount", "expected revenue")),
        FieldSpec(
            "discount", _("Discount"), "折扣", ValueType.DISCOUNT,
            ("折扣率", "折扣额", "折扣金额", "行折扣", "行折扣额", "discount rate", "discount percent", "discount %", "discount amount", "line discount", "item discount", "discount pct"),
            unless=("amount", "order_amount")),
        FieldSpec(
            "order_amount", _("Order total"), "订单总额", ValueType.MONEY,
            ("订单总金额", "订单实付金额", "订单实付", "订单应付金额", "订单实收金额", "订单支付金额", "整单金额", "整单总额", "买家实际支付金额", "买家应付货款", "销售订单金额",
             "order total", "order total amount", "order amount", "invoice total", "grand total", "grand total amount", "amount in company currency")),
        FieldSpec(
            "cost", _("Cost"), "成本", ValueType.MONEY, ("成本金额", "销售成本", "总成本", "cost amount", "cogs")),
        FieldSpec("unit_cost", _("Unit cost"), "成本单价", ValueType.MONEY, ("单位成本", "成本价", "进价", "cost price")),
        FieldSpec(
            "currency", _("Currency"), "币种", ValueType.TEXT,
            ("币别", "货币", "交易币种", "结算币种", "订单币种", "currency code", "transaction currency"), weak=("结算币别",)),
        FieldSpec(
            "order_state", _("State of the order"), "订单状态", ValueType.TEXT,
            ("交易状态", "订单进度", "赢单状态", "商机阶段", "销售阶段", "商机状态", "合同状态", "order status", "deal stage", "opportunity stage",
             "sales stage", "financial status", "payment status"),
            weak=("stage", "状态", "status", "单据状态", "阶段", "成交状态")),
        FieldSpec(
            "remark", _("Remark"), "备注", ValueType.LONG_TEXT, ("说明", "摘要", "订单备注", "notes", "note", "comments", "memo"), many=True),
    ),
    false_friends=(
        FalseFriend("客户姓名", "customer_name", _WHY_PERSON),
        FalseFriend("Item #", "line_no", _WHY_LINE, beside=("Item Name", "Item Cost")),
        FalseFriend("Name", "number", _WHY_NAME, beside=("Lineitem name", "Lineitem quantity")),
        *(FalseFriend(header, "order_amount", _WHY_TOTAL, beside=LINE_AMOUNTS) for header in ("Total", "合计", "总计", "总金额", "合计金额", "价税合计总额", "订单金额", "Amount", "实付金额", "实收金额", "Total Amount", "SubTotal")),
        FalseFriend("不含税金额", None, _WHY_TAX),
        FalseFriend("税额", None, _WHY_TAX),
        FalseFriend("税率", None, _WHY_TAX),
    ),
    elsewhere=(*(name for name in HOUSEKEEPING if name not in ("行号", "Currency")), "仓库", "业务员", "销售人员", "部门", "制单人", "审核人", "经手人",
               "sales agent", "engage date", "ship date", "ship mode", "city", "state/province", "segment", "profit", "email"),
    subjects=("销售", "订单", "交易", "单据", "开票", "购买", "出库", "商品", "产品", "货品", "订单行", "明细", "order", "sales", "invoice", "transaction", "orderlines",
              "lineitem", "item"),
    plain=frozenset(("quantity", "unit_price", "amount", "placed_at", "number", "remark", "product_unit", "product_model")),
    need_one_of=(("customer_number", "customer_name"), ("amount", "unit_price", "order_amount"), ("placed_at",)),
))  # fmt: skip
