"""What other systems call things, beyond each field's own names: more aliases by field, and columns that say
nothing about the customer. Salesforce, HubSpot, Zoho, EspoCRM, SuiteCRM, Odoo, Dynamics, Pipedrive; 悟空,
企业微信 tools, 纷享销客, 销售易, 有赞, 金蝶, 管家婆, 用友.

A postal address comes in parts under a prefix (`Billing Address Street`, `Address 1: City`, 地址 城市);
`_parts` spells these out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from weixi.kernel.importing.mapping.headers import header_key
from weixi.kernel.importing.mapping.spec import FieldSpec, KindSpec

_STREET = ("street", "address", "street 1", "street address", "line 1", "street 2", "line 2", "address line 1")
_CITY, _STATE = ("city",), ("state", "state/province", "province", "state/region", "state or province")
_COUNTRY = ("country", "country/region", "country code")
_CODE = ("zip", "postal code", "postalcode", "zip/postal code", "code", "zip code", "zip/postalcode", "postcode")


def _parts(prefixes: tuple[str, ...], *groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{prefix} {part}" for prefix in prefixes for group in groups for part in group)


_BILLING = (
    "billing",
    "billing address",
    "primary address",
    "primary",
    "address 1",
    "address",
    "mailing",
    "company",
    "账单地址",
    "地址",
)
_OTHER = ("shipping", "shipping address", "address 2", "other", "alt address", "other address", "delivery")
_ZH_STREET, _ZH_CITY, _ZH_CODE = ("街道", "街道地址", "详细地址"), ("城市", "市"), ("邮政编码", "邮编")
_ZH_STATE = ("州/省", "省", "省份", "省/市", "省/自治区", "省/自治区/直辖市", "省/市/自治区", "国家", "国家/地区")
_ZH_REST = (*_ZH_CITY, *_ZH_STATE, *_ZH_CODE)
_ZH_BILLING = (
    "账单",
    "账单地址",
    "开单",
    "开单地址",
    "开票",
    "开票地址",
    "地址",
    "主要地址",
    "注册",
    "注册地址",
    "办公",
    "公司",
)
_ZH_OTHER = (
    "送货",
    "送货地址",
    "收货",
    "收货地址",
    "发货",
    "发货地址",
    "邮寄",
    "邮寄地址",
    "其他",
    "其他地址",
    "备用地址",
)

_CUSTOMERS: dict[str, tuple[str, ...]] = {
    "number": ("cust cd", "organization number", "业务伙伴代码", "业务伙伴编号", "记录编号", "记录 ID", "客户 ID", "商户编号", "客户档案编号", "档案编号", "往来单位编码", "会员卡", "会员卡号", "公司编号", "客户代号", "reference", "internal reference", "account no.", "customer number", "organization id", "company id"),
    "name": ("cust nm", "cust name", "cust full nm", "店名", "店铺名", "门店", "餐厅", "餐厅名", "餐厅名称", "餐馆名称", "饭店名称", "酒店名称", "药店名称", "商店名称", "机构全称", "restaurant", "restaurant name", "hotel name", "store name", "shop name", "客户抬头", "主体名称", "业务伙伴名称", "客户全名", "商户全称", "单位名", "单位全名", "往来单位全名", "客户单位名称", "公司名", "企业名", "店铺名称", "商户名称", "门店名称", "学校名称", "医院名称", "商家名称", "display name", "business name", "company/account", "full legal name", "organization - name"),
    "short_name": ("客户简名", "全名简称", "单位简名", "往来单位简称", "公司简名"),
    "unified_code": ("uscc", "纳税登记号", "纳税号", "纳税人登记号", "税务登记号", "统一信用代码", "联邦税号", "vat number", "vat", "tax registration number"),
    "industry": ("一级行业", "二级行业", "行业属性", "客户所属行业", "industry name", "vertical"),
    "region": ("prov", "prov nm", "省、市、区/县", "省、市、区", "省市区/县", "州/地区", "账单州", "省/自治区/直辖市", "所在地", "所在省市", "常住地", "state or province", "default address country code", "default address province code", "省份名称", "所在省", "地区全名", "所属地区", "billing state/province (text only)", *_parts(_BILLING, _STATE, _COUNTRY), *_parts(_ZH_BILLING, _ZH_STATE), "state/province", "state/region", "地区分类", "片区", "大区", "销售区域", "地区信息", "省市区", "州/省", "所属省市", "territory"),
    "city": ("city nm", "default address city", "所在市", *_parts(_BILLING, _CITY), *_parts(_ZH_BILLING, _ZH_CITY), "城市名称"),
    "address": ("街道", "街道地址", "default address address1", "business street", "通信地址", "企业地址", "所在地址", "经营地", "注册地", *_parts(_BILLING, _STREET), *_parts(_ZH_BILLING, _ZH_STREET), "单位联系地址", "联系人地址", "营业地址"),
    "other_address": ("default address address2", *_parts(_OTHER, _STREET, _CITY, _STATE, _COUNTRY, _CODE), *_parts(_ZH_OTHER, (*_ZH_STREET, *_ZH_REST)),
                      "开票通讯地址", "收货人地址", "street2", "street address 2", "billing street 2"),
    "postcode": ("zipcode", "default address zip", *_parts(_BILLING, _CODE), *_parts(_ZH_BILLING, _ZH_CODE)),
    "phone": ("tel no", "电话 1", "default address phone", "phone 1", "单位座机", "主要电话", "公司电话号码", "联系方式1", "phone office", "office", "business phone", "开票联系电话", "主电话", "公司座机", "单位电话号码"),
    "mobile": ("mbl no", "mobile no", "mob no", "手机一", "手机号1", "手机号码1", "联系手机号", "备注手机号", "客户手机", "会员手机号", "手机1", "mobile phone number", "phone mobile"),
    "other_phone": ("alternate phone", "phone alternate", "phone other", "alt phone"),
    "fax": ("phone fax", "office fax"),
    "email": ("email 1", "emails", "电邮", "电子信箱", "电子邮件地址", "email地址", "信箱", "email1", "primary email", "work email", "e-mail address", "客户邮箱", "企业邮箱"),
    "website": ("公司域名", "域名", "企业网站", "domain", "website address", "公司官网", "企业官网", "客户网址"),
    "wechat": ("企业微信", "微信id"),
    "contact_name": ("cntct psn", "contact psn", "cntct nm", "linkman", "联络人", "联系人昵称", "单位联系人", "公司联系人", "企业联系人", "客户对接人", "联系人名称", "联系人名", "默认联系人", "associated contact", "people", "首席联系人", "客户联系人"),
    "contact_position": ("联系人职务名称", "designation", "job position"),
    "legal_representative": ("legal psn nm", "法人姓名", "法定代表人姓名"),
    "owner": ("ownr nm", "owner nm", "cust mgr", "cust mgr nm", "潜在客户所有人", "潜在客户所有者", "经手人", "业务负责人员", "客户经办人", "所属业务", "跟进人员", "公司业务员", "业务负责人", "客户 所有者", "公司所有者", "客户所有者", "客户拥有者", "公司所有人", "所属销售员", "销售负责人", "服务人员", "维护人", "专属客户经理", "跟单员", "业务经理", "客户代表", "客户所有人", "所属客服", "专属导购", "所属销售", "所属员工", "跟进员工", "添加人", "专管业务员", "专管业务员名称", "专营业务员", "专营业务员名称", "分管业务员", "默认经手人", "负责用户", "归属销售", "归属员工", "客户归属人", "跟进客服",
              "assigned user name", "lead owner", "organization owner", "account owner name", "sales owner", "relationship manager", "responsible"),
    "through": ("经由客户", "parent account name", "related company", "所属集团", "集团客户", "上级公司", "上级往来单位"),
    "lifecycle": ("跟进状态", "客户跟进状态", "跟进阶段", "lifecycle"),
    "source": ("会员来源", "来源方式", "medium", "首次来源", "潜在客户来源", "获客来源", "客源", "线索渠道", "来源方式", "客户来源渠道", "source campaign", "organization source", "添加渠道", "引流渠道"),
    "tags": ("会员标签", "单位性质", "所属分类", "business type", "tag 1", "tag 2", "粉丝标签", "企业类型", "公司类型", "客户属性标签", "客户群组", "企业标签", "个人标签", "往来单位分类", "往来单位性质", "客户标签组", "公司类别", "公司性质", "relationship type", "company type", "label", "segment", "客户群"),
    "founded_on": ("成立年月日", "创立日期", "创立时间",),
    "cooperation_since": ("首次合作日期", "合作开始日期", "建立合作时间", "开始合作时间", "入会时间", "注册会员时间", "发展日期", "成为客户时间", "签约时间", "首次成交时间", "成交时间", "date of first purchase"),
    "headcount": ("公司人数", "员工数量", "雇员", "雇员人数", "雇员数", "人员数量", "员工", "参保人数", "社保人数", "从业人数", "员工规模", "企业人员规模", "no. of employees", "no of employees", "number of employee", "employee count", "staff"),
    "yearly_revenue": ("年收入额", "年营业收入", "总销售额", "年产值", "revenue (annual)", "total revenue"),
    "position": ("客户职位",),
    "remark": ("rmk", "remarks", "备注名", "客户备注名", "最近活动记录", "最近跟进记录", "最近跟进内容", "最近一次跟进内容", "最近一次跟进记录", "最新动态", "备注1", "客户情况", "internal notes", "about us", "最后跟进记录", "最新跟进记录", "备注说明", "客户描述", "附加说明", "background"),
    "next_contact_on": ("下次回访日期", "下次拜访时间", "下次拜访日期", "next step date", "下次沟通时间", "计划联系时间"),
    "bank_account": ("帐号", "开户帐号", "银行账号1", "开户银行账号", "账户", "银行卡号"),
    "cheque_use": ("付款条款", "收款协议", "付款条件", "收款条件", "payment terms"),
    "product_use": ("已购产品",),
    "loans": ("贷款状况",),
    "service_channel": ("沟通方式",),
    "service_frequency": ("沟通频率",),
    "development_potential": ("关系发展潜力",),
    "need_preference": ("意向程度说明", "需求说明"),
    "district": ("所在区", "所属区县", "所在区/县", "所属区/县", "区域县",),
    "general_manager": ("单位负责人", "公司总裁",),
    "main_business": ("主营范围", "经营业务",),
    "contact_email": ("联系人电邮",),
    "person_name": ("会员名", "客户本名",),
    "last_name": ("last",),
    "birthday": ("阳历生日", "公历生日", "出生年月日",),
}  # fmt: skip

_CONTACTS: dict[str, tuple[str, ...]] = {
    "name": ("联络人", "客户昵称", "昵称", "联系人名", "人名", "姓名(必填)", "person - name", "display name", "联系人姓名(必填)"),
    "last_name": ("last", "姓"),
    "first_name": ("first", "名字"),
    "salutation": ("salutation name", "尊称/称谓", "prefix", "title of courtesy"),
    "customer_name": ("所属企业", "备注的企业名称", "organization title name", "associated company (primary)", "工作企业", "企业/公司", "客户名", "公司名", "单位名", "企业名", "客户单位", "供职单位", "任职公司", "所在公司", "所在单位", "企业全称", "备注企业", "企业", "客户公司", "公司全称", "关联公司", "单位", "organization - name", "account name (parent)", "related company", "primary company"),
    "customer_number": ("客户代号", "往来单位编号", "单位编号", "往来单位编码"),
    "position": ("organization title", "职称", "客户职位", "designation", "role", "函数"),
    "mobile": ("phone number mobile", "phone - mobile", "移动手机", "手机号码1", "手机一", "手机号1", "备注手机号", "手机1", "phone mobile", "mobile phone number", "cellphone", "联系手机"),
    "phone": ("phone - work", "工作电话", "单位座机", "电话1", "phone 1 - value", "work phone number", "company phone", "phone work", "办公座机", "work", "asst. office phone", "单位电话"),
    "other_phone": ("phone number home", "phone - home", "phone - other", "phone number office", "phone number other", "whatsapp phone number", "phone 2 - value", "住宅", "家庭座机", "company main phone", "fax number", "phone home", "phone other", "phone fax", "手机2", "电话2", "alternate phone", "work fax", "primary fax"),
    "email": ("email - work", "emails", "e-mail 1 - value", "email 1 - value", "电邮", "电子邮件地址", "email地址", "电子信箱", "email1", "primary email", "email 1", "联系邮箱", "work e-mail"),
    "other_email": ("email - home", "email - other", "e-mail 2 address", "e-mail 2 - value", "e-mail 3 address", "secondary email", "other email", "email2", "备用电子邮件"),
    "website": ("web page", "website 1 - value", "website url",),
    "preferred_time": ("方便时间", "convenient time"),
    "birthday_lunar": ("生日类型", "生日历法", "历法", "阴历/阳历", "农历/公历", "lunar calendar", "lunar"),
    "birthday": ("birthday", "阳历生日", "公历生日", "出生年月日"),
    "key_person": ("关键人物", "是否关键人物", "是否主要联系人", "主要联系人", "重要联系人", "是否主联系人", "主联系人", "是否默认联系人"),
    "address": ("postal address", "zipcode", "business street", "business city", "business state", "business postal code", "business country/region", "address 1 - formatted", "办公地址", "单位地址", *_parts(("mailing", "primary address", "primary", "address 1", "address", "billing", "billing address", "person", "地址"), _STREET, _CITY, _STATE, _COUNTRY, _CODE),
                *_parts((*_ZH_BILLING, "邮寄", "邮寄地址"), (*_ZH_STREET, *_ZH_REST)), "state/region", "state/province", "zip", "zip code", "street address", "邮编", "邮政编码", "省份", "城市", "区县", "通信地址"),
    "other_address": ("home street", "home city", "home postal code", *_parts(_OTHER, _STREET, _CITY, _STATE, _COUNTRY, _CODE), *_parts(_ZH_OTHER, (*_ZH_STREET, *_ZH_REST)), "送货地址", "邮寄地址"),
    "owner": ("sales owner", "assigned to user", "联系人所有人", "联系人所有者", "所有者", "负责销售", "添加人", "所属员工", "所属客服", "负责用户", "联系人负责人", "person owner", "assigned user name", "record owner", "所属销售", "跟进员工"),
    "source": ("潜在客户来源", "original source", "客户来源渠道", "添加渠道", "渠道来源", "来源渠道"),
    "do_not_call": ("do not allow phone calls", "do not phone", "禁止致电"),
    "preferred_channel": ("preferred channels", "preferred method of contact",),
    "number": ("index id", "user id", "记录 ID", "记录编号", "外部联系人id", "联系人编码", "external user id", "person id"),
    "remark": ("客户备注名", "备注名称", "立场", "角色", "直属上级", "上级", "分组", "labels", "group membership", "medium", "persona", "兴趣爱好", "爱好", "喜好", "个人喜好", "个人爱好", "籍贯", "hobbies", "internal notes", "附注", "客户备注", "备注名", "企业标签", "个人标签", "标签", "tag", "tags", "label"),
    "department": ("organization department", "business department",),
}  # fmt: skip

_ORDERS: dict[str, tuple[str, ...]] = {
    "number": ("主订单编号", "主订单号", "父订单号", "order #", "num", "订单关联", "订单参考", "basket id", "sales doc.", "sales document", "销售凭证", "sales order number", "销售合同编号", "回款编号", "小票流水号", "订单主编号", "so number", "小票编号", "订单流水号", "业务单号", "发货单号", "送货单号", "交易单号", "开票单号", "deal number", "quote number", "销货单号", "销售订单号", "销售单编号", "出库单编号", "合同号", "订单编码", "invoice id", "sales order", "so no", "order name", "order reference", "小票号", "po number", "document number", "deal id", "凭证号"),
    "line_no": ("order line number", "orderlinenumber", "order item id", "item line", "序号(行)", "明细序号", "order line", "line"),
    "placed_at": ("营业日期", "结账时间", "订单提交时间", "order start date", "transaction dt", "回款日期", "date fulfilled", "交易日", "消费日期", "开单日", "订单成交时间", "支付完成时间", "trans date", "txn date", "document date", "创建日期(凭证)", "order purchase timestamp", "order timestamp", "purchase timestamp", "录单日期", "销售时间", "开单日期", "开单时间", "出货日期", "过账日期", "记账日期", "成交日", "销货日期", "交货单日期", "订单付款时间", "date ordered", "sold on", "posting date", "date and time", "日期时间", "制单日期", "出库日期", "业务日期", "签订日期", "签约日期", "合同日期", "支付时间", "创建订单时间", "order placed", "paid at", "sale date", "ordered on", "订单创建时间", "付款日期", "下单日", "won time", "date of invoice"),
    "customer_number": ("customer unique id", "customer key", "household key", "member no", "售达方", "sold-to party", "party id", "cust id", "customer id code", "会员卡号", "会员卡", "客户卡号", "客户.编码", "customer code no", "buyer id", "member id", "购货单位代码", "往来单位编码", "客户代号", "购货单位编号", "买家会员号"),
    "customer_name": ("contact name", "company (billing)", "associated company (primary)", "售达方名称", "sold-to party name", "购货客户", "客户姓名/名称", "会员姓名", "买家会员名", "顾客姓名", "购货方", "购买单位", "需方", "购方单位", "开票单位", "客户单位名称", "顾客", "消费者姓名", "buyer name", "买家姓名", "商户名称", "往来单位全名", "单位全名", "购买方", "买家昵称", "收货单位", "付款单位", "客户单位", "associated company", "bill to", "sold to", "billing name", "client name", "partner", "购方", "organization"),
    "customer_region": ("state or province", "收货人省份", "国家/地区", "省", "省/自治区", "收货省", "客户区域", "收货省份", "shipping country", "billing country"),
    "product_code": ("物料", "规格编码", "product key", "inventory item code", "子sku", "商品sku编码", "material", "样式id", "商品id", "产品 id", "产品id", "lineitem sku", "sku编码", "sku id", "商品sku", "item sku", "物料代码", "存货代码", "itemcode", "存货编号", "货品编号", "品号", "料号", "产品代号", "product sku", "item number", "商品货号", "商家编码", "product number", "part number"),
    "product_name": ("选购商品", "菜品名称", "material description", "item desc", "line item", "associated line item", "产品/服务", "order lines/product", "order lines/description", "订单行/产品", "产品全称", "商品全称", "材料名称", "服务内容", "物料描述", "商品全名", "货品全名", "产品全名", "存货全名", "宝贝标题", "商品标题", "lineitem name", "product/service", "服务项目"),
    "product_category": ("product sub-category", "product subcategory", "brand", "类别", "分类", "大类", "sub-category", "子类别", "产品大类", "存货分类", "商品类型", "货品分类", "产品系列", "product family", "product line"),
    "product_unit": ("主计量", "主计量单位", "productmeasure", "销售单位", "unit of measure"),
    "product_model": ("规格及型号", "产品规格", "产品型号", "商品规格", "规格属性"),
    "quantity": ("quantity ordered", "quantity ordered new", "order quantity", "订单数量", "purchase quantity", "purchasequantity", "商品数量(件)", "item quantity", "qty ordered", "qty sold", "units ordered", "销售数", "销货数", "件", "订货数量", "交易数量", "成交数量", "units sold", "购买数量", "销货数量", "实发数量", "出库数量", "宝贝总数量", "ordered quantity", "lineitem quantity", "发货数量"),
    "unit_price": ("price per unit", "price each", "unit amount", "item price", "item cost", "净价", "net price", "单件价格", "sold price", "无税单价", "零售价", "京东价", "实际单价", "成交价", "单位价格", "售价", "销售价", "不含税单价", "list price", "unit cost price", "lineitem price", "折后单价"),
    "amount": ("total price", "extended amount", "line amount", "item total", "line subtotal", "lineamount", "净值", "purchase amount", "purchaseamount", "sales value", "商品总价", "回款金额", "收入", "order lines/subtotal", "销售额", "实收", "实收款", "实付", "实付款", "应付款", "优惠后金额", "结算金额", "付款金额", "交易额", "成交额", "消费额", "货款", "sales amount", "line amount", "sub total", "extended price", "turnover", "总额", "发票金额", "开票金额", "合同金额", "合计金额", "合计", "折后金额", "实收金额", "应付金额", "总价", "总计", "小计", "支付金额", "deal value", "value", "subtotal", "untaxed amount", "won value", "net value"),
    "cost": ("total product cost", "成本合计", "cost of goods sold"),
    "unit_cost": ("unit cost", "成本单价(元)"),
    "remark": ("买家备注", "商家备注", "customer note", "order note", "附加说明", "买家留言", "备注说明", "合同名称", "订单名称", "deal name", "description of deal", "summary", "memo/description"),
    "order_amount": ("商家实收金额", "total (order)", "订单实收", "实付总额", "订单实际支付金额",),
    "currency": ("currency of value", "凭证货币", "document currency", "交易货币",),
    "order_state": ("订单状态名称", "order state", "invoice status", "status reason", "financial state",),
}  # fmt: skip

_INTERACTIONS: dict[str, tuple[str, ...]] = {
    "customer_name": ("所属对象", "客户公司", "对应客户", "跟进客户", "拜访客户", "公司", "organization", "company name", "company / account", "company/account", "related account", "associated company", "关联对象", "名称"),
    "customer_number": ("往来单位编号", "往来单位编码"),
    "kind": ("活动记录类型", "case origin", "meeting type", "事件类型", "服务类型", "跟进类别", "销售记录类型", "工单来源", "受理渠道", "来源渠道", "联系类型", "contact method", "联系形式", "沟通类型", "跟进形式", "服务方式", "task type", "engagement type", "activity", "通话类型"),
    "occurred_at": ("start", "start date time", "meeting start time", "date/time opened", "opened at", "签到时间", "拜访开始时间", "call time", "date stamp", "datestamp", "opened date", "发布时间", "受理时间", "来电时间", "去电时间", "time:timestamp", "timestamp", "提交时间", "反馈时间", "接待时间", "回访时间", "回访日期", "服务日期", "工单创建时间", "活动时间", "联系起始时间", "开始时间", "服务时间", "呼叫时间", "activity time", "start date & time", "call start time", "date & time", "日期时间", "跟进日期时间", "签到时间", "当次跟进时间"),
    "minutes": ("拜访时长(分钟)", "通话时长(分钟)", "duration (minutes)", "duration in minutes", "时长（分钟）"),
    "contact": ("联络人", "被拜访人", "requester", "来电人", "受访者", "反馈人", "被访人", "客户代表", "接洽人", "相关联系人", "关联联系人", "客户联系人", "受访人", "associated contact", "contact person", "related contact", "联系人名称"),
    "content": ("活动记录内容", "拜访总结", "meeting description", "internal meeting notes", "meeting name", "case comments", "工作总结", "跟进小结", "总结", "call description", "meeting notes", "工单标题", "工单内容", "问题描述", "通话小结", "通话内容", "通话摘要", "反馈描述", "问题内容", "标题内容", "回访内容", "ticket subject", "message", "沟通摘要", "纪要", "会议纪要", "洽谈内容", "跟进情况", "活动内容", "拜访记录", "沟通详情", "工作内容", "comments", "note", "note body", "notes body", "call notes", "full description", "log", "跟进描述", "服务内容"),
    "conclusion": ("meeting outcome", "meeting result", "处理结果", "resolution", "回访结果", "解决结果", "通话结果", "跟进结论", "call outcome", "disposition", "沟通结论"),
    "follow_up": ("下一步措施", "待办", "待办事项", "后续跟进", "下次跟进内容", "下次计划", "跟进计划", "next steps", "下一步行动"),
    "follow_up_on": ("完成期限", "计划日期", "下次回访时间", "下次回访日期", "跟进截止日期", "next activity date", "下次联系日期", "下次沟通时间", "下次拜访时间"),
    "recorded_by": ("assigned to user", "case owner", "host", "organizer", "assigned", "发布人", "受理人", "受理客服", "坐席", "坐席姓名", "客服", "客服人员", "assignee", "agent", "resource", "处理人", "接待人", "回访人", "回访人员", "拜访者", "提交人", "跟进人员", "拜访人员", "添加人", "跟进员工", "call owner", "activity owner", "assigned user", "服务人员", "记录人员", "服务人", "assigned user name"),
    "number": ("工单编号", "工单号", "ticket id", "ticket number", "case number", "单号", "记录id", "case id",),
    "direction": ("呼叫类型", "呼入呼出", "呼入/呼出",),
    "purpose": ("call purpose",),
}  # fmt: skip

MORE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "customers": _CUSTOMERS, "contacts": _CONTACTS, "orders": _ORDERS, "interactions": _INTERACTIONS,
}  # fmt: skip

# Understood, and no business of a customer's archive.
_NOWHERE: tuple[str, ...] = (
    "account site", "ownership", "ticker symbol", "sic code", "owner id", "parent id", "last activity", "time zone",
    "linkedin company page", "linkedin profile", "number of associated contacts", "is public", "email opt out",
    "reports to", "reporting to", "asst. phone", "asst phone", "marketing contact status", "twitter", "skype id",
    "vendor name", "teams", "teams names", "campaign", "contact role", "contact is inactive", "pipeline",
    "portal user", "open deals", "closed deals", "won deals", "lost deals", "visible to", "customer rank", "language",
    "credit limit", "do not modify account", "do not modify row checksum", "do not modify modified on",
    "do not modify contact", "profile picture", "sync status", "facebook", "instagram", "lost reason", "win probability",
    "probability", "stage", "forecast category", "expected revenue", "alternate phone", "phone alternate", "photo url",
    "unsubscribed", "consent", "gdpr", "lead score", "score", "contact status", "account manager email", "deal owner",
    "deal stage", "parent account id", "associated company ids", "subsidiaries", "logo", "image", "favorite",
    "所属部门", "归属部门", "负责人主属部门", "添加人所属部门", "添加人账号", "添加时间", "最近跟进时间", "定位信息", "定位",
    "距进入公海天数", "负责人获取客户时间", "相关团队", "团队", "相关商机", "附件", "所属模块", "微博", "状态", "使用组织",
    "创建组织", "结算币别", "币种", "币别", "汇率", "价目表", "账户名称", "注册资金", "注册资本", "销售部门", "销售组", "信用管理", "禁用状态",
    "对应供应商", "拼音码", "助记码", "期初应付", "应收上限", "应付上限", "换货期限", "换货比例", "往来单位分类编码", "分管部门", "停用",
    "是否停用", "积分余额", "储值余额", "积分", "余额", "所属门店", "累计消费金额", "累计消费次数", "客单价", "公海", "所属公海", "领取时间",
    "回收时间", "活动", "审批状态", "是否启用", "启用状态", "数据来源", "外部编码", "商机数", "合同数", "跟进次数", "头像", "二维码",
    "unionid", "openid", "客户类型编码", "公海名称", "成交次数", "未跟进天数", "跟进天数", "转移时间", "分配时间", "最后联系时间",
    "所属团队", "协作人", "相关员工", "抄送人", "标题", "id",
    "货币", "昵称", "会员昵称", "客户昵称", "微信昵称", "nickname", "file as", "group id", "index", "是否成交", "添加好友时间", "最后一次会话时间", "添加客户时间", "年龄", "线索状态", "潜在客户状态", "评级", "欠款总额", "账户余额", "账期", "价格级别",
    "停用状态", "停用日期", "呼机", "扣率", "信用等级", "所属分类码", "所属地区码", "结算客户", "默认运输提前期", "外文名称", "组", "时区", "社交平台", "前负责人",
    "实际跟进时间", "掉库时间", "成单率", "协同人", "共享给同事", "共享给部门", "图片", "照片", "联系次数", "消费次数", "累计支付订单数", "成长值", "当前积分", "可用余额",
    "归属门店", "注册门店", "入会门店", "称呼", "middle name", "suffix", "phonetic first name", "phone 1 - label",
    "e-mail 1 - label", "address 1 - label", "record source", "email domain", "accepts email marketing",
    "total spent", "total orders", "tax exempt", "keyword", "linkedin", "subscription date", "marketing opt in",
    "associated company ids (primary)", "期数", "回款方式", "event record type", "all-day event",
)  # fmt: skip
NOWHERE: Mapping[str, tuple[str, ...]] = {
    "customers": (*_NOWHERE, "性别", "opportunity"),
    "contacts": (*_NOWHERE, "lifecycle stage", "account owner", "客户类型", "企业简称", "客户级别", "客户来源", "行业", "客户阶段", "organization owner"),
    "orders": (*_NOWHERE, "商机名称", "合同开始时间", "合同结束时间", "客户签约人", "公司签约人", "折扣", "整单折扣", "associated contact",
               "record id", "交货日期", "制单", "审核", "源单号", "源单单号", "产地", "毛利", "毛利率", "发货日期", "物流单号", "快递公司", "收货人", "收货地址",
               "联系电话", "手机", "负责人", "发票类型", "订单状态", "支付方式", "付款方式", "fulfillment status", "tax", "discount",
               "shipping", "payment method", "owner", "due date", "客户姓名电话", "税率", "tax rate",
               "发货仓库", "保管", "发货", "业务类型", "销售类型", "无税金额", "预发货日期", "销售业务员", "赠品", "订单类型", "收货人/提货人",
               "收货人手机号/提货人手机号", "运费", "优惠合计", "优惠额", "优惠金额", "优惠总金额", "退款状态", "退款金额", "收货人姓名", "联系手机", "宝贝种类",
               "店铺名称", "门店名称", "订单关闭原因", "子订单编号", "收件人", "收件人手机号", "售后状态", "客户简称", "客户手机号", "会员手机号", "买家手机号", "赢率", "order owner",
               "contact name ", "balance", "sales person", "salesperson", "transaction type", "account code",
               "tax type", "email address", "first name (billing)", "last name (billing)", "email (billing)",
               "payment method title", "order priority", "shipping cost", "customer segment", "freight",
               "freight value", "required date", "shipped date", "ship via", "ship name", "tax amt", "tax amount",
               "msrp", "deal size", "phone", "address line 1", "contact last name", "gender", "age", "shopping mall",
               "age group", "pin code", "product subclass", "asset", "chain", "dept", "store id", "retail disc",
               "week no", "trans time", "day", "billing address", "billing city", "expected close date",
               "contact person", "lead source", "assigned user", "销售员", "创建人员", "付费方式", "优惠券"),
    "interactions": (*_NOWHERE, "priority", "reminder", "location", "地点", "签到地址", "录音", "录音地址", "related to id",
                     "照片", "签到地址", "签退时间", "签退时间点", "end", "date end", "end time", "due time", "done", "deal",
                     "parent", "users", "图片", "date/time closed", "duration hours", "meeting end time", "客户类型"),
}  # fmt: skip


def with_dialects(spec: KindSpec) -> KindSpec:
    """The kind with what other systems call its fields. Names it has already keep their meaning."""
    more, nowhere = MORE[spec.key], NOWHERE[spec.key]
    if unknown := more.keys() - {field.key for field in spec.fields}:
        raise ValueError(f"no such fields in {spec.key}: {sorted(unknown)}")
    fields = tuple(_with_names(field, more.get(field.key, ())) for field in spec.fields)
    made = replace(spec, fields=fields)
    # What is a field in one kind is nobody's business in another.
    free = [name for name in nowhere if header_key(name) not in made.strong_names]
    return replace(made, elsewhere=(*spec.elsewhere, *free))


def _with_names(field: FieldSpec, names: tuple[str, ...]) -> FieldSpec:
    return replace(field, further=names)
