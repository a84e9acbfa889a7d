"""Customers: the archive (A-1), the registration form (A-2) and the record card (A-13)."""

from __future__ import annotations

from weixi.customers.importing.specs.dialects import with_dialects
from weixi.customers.importing.specs.people import BETWEEN, COMPANIONS, PEOPLE, people_fields
from weixi.customers.importing.specs.shared import BALANCES, CHANNELS, GRADES, HOME, HOUSEKEEPING, LUNAR_BIRTHDAY
from weixi.kernel.importing.mapping.spec import FalseFriend, FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.wording import gettext_noop as _

_WHY_OWNER = _("The one in charge of a customer in such lists is our colleague, not the customer's head.")
_WHY_PERSON = _("客户姓名 is the name of a person, not of a company.")
_WHY_WECOM = _("In lists of 企业微信 the customer is a person; the company has a column of its own.")
_WHY_MEMBER = _("In a list of members this is when they became one.")
_WHY_PARENT = _("Beside the name this is the company it belongs to.")
_WHY_GRADE = _("Grades are made by grading under the policy; they are not imported.")
_WHY_COMPUTED = _("This follows from the orders or the interactions and is never typed in.")

_BASICS = (
    FieldSpec(
        "number", _("Customer number"), "客户编号", ValueType.CODE,
        ("客户编码", "客户代码", "客户号", "客户ID", "客户序号", "会员编号", "会员号", "会员卡号", "往来单位编号", "单位编号",
         "customer no", "customer id", "customer code", "account number", "account no", "client id", "cust no"),
        weak=("编号", "编码", "代码", "ID", "Record ID", "rec id", "no", "code", "卡号"),
    ),
    FieldSpec(
        "name", _("Full name"), "客户名称", ValueType.ORGANISATION,
        ("客户全称", "公司名称", "企业名称", "单位名称", "公司全称", "企业全称", "公司中文名称", "中文名称", "客户单位", "客户公司",
         "往来单位", "往来单位名称", "单位全称", "公司", "企业", "客户", "购方名称", "线索名称", "机构名称", "所属公司", "客户名",
         "customer", "customer name", "company", "company name", "account name", "organization", "organisation",
         "organization name", "account", "client", "client name", "legal name", "Associated Company"),
        weak=("名称", "全称", "name", "单位"),
    ),
    FieldSpec(
        "short_name", _("Short name"), "客户简称", ValueType.TEXT,
        ("简称", "公司简称", "企业简称", "证券简称", "股票简称", "助记名", "短名称", "英文简称", "short name", "abbreviation", "alias"),
    ),
    FieldSpec(
        "person_name", _("Name of a private customer"), "客户姓名", ValueType.PERSON,
        ("会员姓名", "顾客姓名", "个人客户姓名", "full name of person"),
        weak=("姓名", "客户昵称", "昵称", "会员昵称", "微信昵称", "nickname"),
    ),
    FieldSpec("last_name", _("Family name"), "姓", ValueType.PERSON,
              ("姓氏", "surname", "family name", "last name", "lastname")),
    FieldSpec("first_name", _("Given name"), "名", ValueType.PERSON,
              ("given name", "first name", "firstname", "forename")),
    FieldSpec("birthday", _("Birthday"), "生日", ValueType.TEXT,
              ("出生日期", "出生年月", "birthdate", "date of birth", "dob")),
    FieldSpec("lunar_birthday", _("Lunar birthday"), "农历生日", ValueType.TEXT, LUNAR_BIRTHDAY[1:]),
    FieldSpec(
        "kind", _("Company or person"), "客户性质", ValueType.CHOICE,
        ("个人或企业", "客户属性", "企业/个人", "是否个人", "company or person"),
        choices={
            "company": ("企业", "公司", "单位", "企业客户", "机构", "b2b", "法人", "organization"),
            "person": ("个人", "个人客户", "自然人", "b2c", "散客", "individual", "consumer"),
        },
        by_values=("客户类型", "客户类别", "客户分类", "类型", "类别", "account type", "customer type", "type"),
    ),
    FieldSpec(
        "unified_code", _("Unified social credit code"), "统一社会信用代码", ValueType.CREDIT_CODE,
        ("社会信用代码", "信用代码", "税号", "纳税人识别号", "纳税识别号", "营业执照号", "工商注册号", "tax number", "tax id"),
    ),
    FieldSpec(
        "industry", _("Industry"), "所属行业", ValueType.TEXT,
        ("行业", "客户行业", "行业类别", "行业类型", "行业分类", "经营行业", "industry type", "sector"),
    ),
    FieldSpec(
        "region", _("Province or region"), "省份", ValueType.TEXT,
        ("省", "省/市", "所在省份", "所属省份", "省份/直辖市", "地区", "区域", "所属区域", "所在地区", "所属地区", "国家", "国家/地区",
         "country", "country/region", "province", "state", "billing state", "billing country", "primary address country",
         "primary address state", "省市", "office location"),
        many=True,
        mute=HOME,
    ),
    FieldSpec(
        "city", _("City"), "城市", ValueType.TEXT,
        ("市", "所在城市", "所属城市", "地市", "billing city", "primary address city", "town"),
    ),
    FieldSpec(
        "district", _("District"), "区县", ValueType.TEXT,
        ("区", "县", "县区", "区/县", "市辖区", "所在区县", "district", "county", "suburb"),
    ),
    FieldSpec(
        "address", _("Address"), "地址", ValueType.TEXT,
        ("详细地址", "公司地址", "单位地址", "联系地址", "通讯地址", "注册地址", "办公地址", "经营地址", "账单地址", "开票地址", "客户地址",
         "街道地址", "billing address", "billing street", "street", "street address", "address 1", "address line 1", "addr",
         "primary address street"),
    ),
    FieldSpec("house_number", _("House number"), "门牌号", ValueType.TEXT, ("street number", "house no")),
    FieldSpec("postcode", _("Postcode"), "邮编", ValueType.TEXT, ("邮政编码", "postal code", "zip", "zip code")),
    FieldSpec(
        "other_address", _("Delivery address"), "送货地址", ValueType.TEXT,
        ("收货地址", "邮寄地址", "交货地址", "寄送地址", "发货地址", "shipping address", "shipping street", "mailing address",
         "delivery address", "alt address street", "address 2"),
        many=True,
    ),
    FieldSpec(
        "phone", _("Phone"), "电话", ValueType.PHONE,
        ("公司电话", "客户电话", "单位电话", "座机", "固定电话", "固话", "联系电话", "办公电话", "总机", "企业电话", "电话号码", "联络方式",
         "联系方式", "office phone", "phone number", "telephone", "tel", "work phone", "main phone"),
        second="other_phone",
    ),
    FieldSpec(
        "mobile", _("Mobile phone"), "手机", ValueType.PHONE,
        ("手机号", "手机号码", "移动电话", "联系手机", "mobile", "mobile phone", "cell", "cell phone", "mobile number"),
        second="other_phone",
    ),
    FieldSpec(
        "other_phone", _("Other phone"), "其他电话", ValueType.PHONE,
        ("备用电话", "其它电话", "另一电话", "第二电话", "手机二", "电话二", "备用手机", "phone 2", "further phone", "second phone",
         "secondary phone"),
    ),
    FieldSpec(
        "fax", _("Fax"), "传真", ValueType.TEXT, ("传真号码", "传真号", "fax number")),
    FieldSpec(
        "email", _("E-mail"), "邮箱", ValueType.EMAIL,
        ("电子邮件", "电子邮箱", "邮件", "邮件地址", "email", "e-mail", "email address", "mail", "联系邮箱", "公司邮箱"),
    ),
    FieldSpec(
        "website", _("Website"), "网址", ValueType.URL,
        ("网站", "官网", "公司网址", "公司网站", "公司主页", "主页", "web", "url", "homepage", "web site", "website url", "company domain name"),
    ),
    FieldSpec(
        "wechat", _("WeChat"), "微信", ValueType.TEXT, ("微信号", "微信账号", "wechat id", "weixin")),
    FieldSpec(
        "qq", _("QQ"), "QQ", ValueType.TEXT, ("QQ号", "QQ/MSN", "qq号码", "msn", "im")),
)  # fmt: skip

_PEOPLE = (
    *people_fields(),
    FieldSpec(
        "legal_representative", _("Legal representative"), "法定代表人", ValueType.PERSON,
        ("法人", "法人代表", "企业法人", "法定代表", "公司法人", "legal person"),
    ),
    FieldSpec(
        "general_manager", _("General manager"), "总经理", ValueType.PERSON, ("公司总经理", "ceo", "企业负责人", "公司负责人")),
    FieldSpec(
        "owner", _("Our owner"), "负责人", ValueType.PERSON,
        ("客户经理", "所属人", "归属人", "所有者", "业务员", "销售", "销售员", "销售人员", "跟进人", "客服", "归属业务员", "所属业务员",
         "专属客服", "客户负责人", "owner", "account owner", "assigned to", "assigned user", "sales rep", "sales agent",
         "account manager", "contact owner", "company owner", "record owner", "salesperson"),
    ),
    FieldSpec(
        "employer", _("Employer"), "工作单位", ValueType.TEXT, ("任职单位", "就职公司", "employer name")),
    FieldSpec(
        "position", _("Position"), "职位", ValueType.TEXT, ("职务", "岗位", "job title", "title")),
    FieldSpec(
        "home_address", _("Home address"), "家庭住址", ValueType.TEXT, ("住址", "家庭地址", "现住址", "home")),
)  # fmt: skip

_STANDING = (
    FieldSpec(
        "reach", _("Direct or indirect"), "直接或间接", ValueType.CHOICE,
        ("直接/间接", "客户关系类型", "direct or indirect"),
        choices={"direct": ("直接", "直接客户", "直客"), "indirect": ("间接", "间接客户", "渠道客户")},
    ),
    FieldSpec(
        "through", _("Reached through"), "上级客户", ValueType.ORGANISATION,
        ("所属上级", "上级单位", "母公司", "介绍单位", "渠道商", "parent account", "parent company", "subsidiary of", "member of"),
        by_name_only=True,
    ),
    FieldSpec(
        "lifecycle", _("Lifecycle stage"), "生命周期", ValueType.CHOICE,
        ("客户阶段", "生命周期阶段", "客户状态", "lifecycle stage", "account status"),
        choices={
            "prospect": ("潜在客户", "潜在", "意向", "意向客户", "线索", "lead", "潜客", "未成交"),
            "new": ("新客户", "新增", "新签", "已成交", "customer"),
            "established": ("老客户", "成熟", "稳定", "合作中", "成熟客户", "active"),
            "loyal": ("忠诚客户", "忠诚", "长期"),
            "lost": ("流失客户", "已流失", "流失", "停止合作", "churned", "inactive"),
        },
    ),
    FieldSpec(
        "source", _("Source"), "客户来源", ValueType.TEXT,
        ("来源", "线索来源", "来源渠道", "获客渠道", "客户渠道", "lead source", "original source", "account source"),
    ),
    FieldSpec(
        "tags", _("Tags"), "标签", ValueType.LIST,
        ("客户标签", "客户类别", "客户类型", "客户分类", "需求标签", "客户分组", "所属分组", "分组", "account type", "customer type",
         "customer group", "tag", "labels"),
        weak=("类型", "类别", "分类", "type", "category"),
        many=True,
    ),
    FieldSpec(
        "founded_on", _("Founded on"), "成立时间", ValueType.DATE,
        ("成立日期", "注册日期", "注册时间", "司庆", "司庆日", "founded", "date founded"),
    ),
    FieldSpec(
        "founded_year", _("Year of founding"), "成立年份", ValueType.TEXT,
        ("创立年份", "成立年度", "注册年份", "year established", "year founded", "founded year", "established"),
    ),
    FieldSpec(
        "cooperation_since", _("Cooperation since"), "合作起始时间", ValueType.DATE,
        ("合作时间", "合作开始时间", "首次合作时间", "开始合作日期", "合作日期", "customer since"),
    ),
    FieldSpec(
        "headcount", _("Headcount"), "人员规模", ValueType.TEXT,
        ("员工人数", "员工数", "公司规模", "企业规模", "规模", "人数", "企业人数", "employees", "number of employees", "company size"),
    ),
    FieldSpec(
        "yearly_revenue", _("Yearly revenue"), "年营业额", ValueType.TEXT,
        ("营业额", "年收入", "年销售额", "营收", "年营收", "annual revenue", "revenue"),
    ),
    FieldSpec(
        "next_contact_on", _("Next contact"), "下次联系时间", ValueType.MOMENT,
        ("下次联系日期", "下次跟进时间", "下次跟进日期", "下次回访时间", "next contact date", "next activity date", "next follow up"),
    ),
    FieldSpec(
        "remark", _("Remark"), "备注", ValueType.LONG_TEXT,
        ("说明", "描述", "备注信息", "客户备注", "其他", "简介", "客户简介", "公司简介", "notes", "note", "description", "comment",
         "comments", "remarks", "account description", "memo"),
        many=True,
    ),
)  # fmt: skip

_REGISTRATION = (
    FieldSpec(
        "main_business",
        _("Main business"),
        "主营业务",
        ValueType.TEXT,
        ("主营", "经营范围", "主营产品", "业务范围"),
    ),
    FieldSpec(
        "operating_state",
        _("Operating state"),
        "经营状况",
        ValueType.TEXT,
        ("经营状态", "登记状态", "营业状况"),
    ),
    FieldSpec("bank", _("Bank"), "开户银行", ValueType.TEXT, ("开户行", "银行", "往来银行", "银行名称")),
    FieldSpec(
        "bank_account",
        _("Bank account"),
        "银行账号",
        ValueType.CODE,
        ("账号", "银行账户", "开户账号", "银行帐号", "对公账号"),
    ),
    FieldSpec("loans", _("Loans"), "贷款情况", ValueType.TEXT, ("贷款", "银行贷款")),
    FieldSpec("cash_flow", _("Cash flow"), "资金状况", ValueType.TEXT, ("现金流", "资金情况", "资金周转")),
    FieldSpec(
        "payment_handler",
        _("Who handles payment"),
        "承接付款人",
        ValueType.PERSON,
        ("付款人", "付款负责人", "付款经办人"),
    ),
    FieldSpec(
        "payment_attitude",
        _("Payment attitude"),
        "付款态度",
        ValueType.TEXT,
        ("付款习惯", "付款情况", "信用状况"),
    ),
    FieldSpec(
        "cheque_use",
        _("Use of cheques"),
        "支票使用",
        ValueType.TEXT,
        ("使用支票", "支票情况", "付款方式", "结算方式"),
    ),
    FieldSpec(
        "service_channel",
        _("Service channel"),
        "服务渠道",
        ValueType.CHOICE,
        ("服务方式", "联络渠道"),
        choices=CHANNELS,
    ),
    FieldSpec(
        "service_frequency",
        _("Service frequency"),
        "服务频率",
        ValueType.TEXT,
        ("联络频率", "联系频率", "拜访频率"),
    ),
    FieldSpec("channel_preference", _("Channel preference"), "渠道偏好", ValueType.TEXT, ("购买渠道", "偏好渠道")),
    FieldSpec(
        "event_participation",
        _("Event participation"),
        "活动参与",
        ValueType.TEXT,
        ("参与活动", "活动参与情况"),
    ),
    FieldSpec("product_use", _("Product use"), "产品使用情况", ValueType.TEXT, ("使用产品", "在用产品")),
    FieldSpec(
        "need_preference",
        _("Need preference"),
        "需求偏好",
        ValueType.TEXT,
        ("客户需求", "需求", "采购需求", "意向产品"),
    ),
    FieldSpec(
        "development_potential",
        _("Development potential"),
        "发展潜力",
        ValueType.TEXT,
        ("潜力", "发展前景", "合作前景"),
    ),
    FieldSpec("satisfaction", _("Satisfaction"), "满意度", ValueType.TEXT, ("客户满意度", "满意程度")),
)

CUSTOMERS = with_dialects(KindSpec(
    key="customers",
    label=_("Customers"),
    label_zh="客户",
    fields=_BASICS + _PEOPLE + _STANDING + _REGISTRATION,
    false_friends=(
        FalseFriend("客户姓名", "person_name", _WHY_PERSON),
        # In lists of 企业微信 the customer is a person; the company stands in a column of its own.
        FalseFriend("客户名称", "person_name", _WHY_WECOM, beside=("客户备注名", "添加好友时间", "最后一次会话时间", "外部联系人ID")),
        FalseFriend("注册时间", "cooperation_since", _WHY_MEMBER, beside=("会员姓名", "会员昵称", "会员卡号", "会员等级")),
        FalseFriend("公司", "through", _WHY_PARENT, beside=("显示名称", "display name")),
        FalseFriend("负责人", "owner", _WHY_OWNER),
        FalseFriend("客户负责人", "owner", _WHY_OWNER),
        *(FalseFriend(header, None, _WHY_GRADE) for header in GRADES),
        *(
            FalseFriend(header, None, _WHY_COMPUTED)
            for header in ("消费金额", "累计消费", "消费频次", "最近消费时间", "最近联系时间", "最后跟进时间", "成交金额", "购买品类",
                           "最大采购额", "平均月采购额")
        ),
    ),
    # 关键联系人 of our own export names people that are contacts already.
    elsewhere=(*HOUSEKEEPING, *BALANCES, "关键联系人", "key contact"),
    subjects=("客户", "公司", "企业", "单位", "机构", "商户", "门店", "厂家", "所在", "所属", "company", "account", "customer", "organization"),
    plain=frozenset(("phone", "mobile", "other_phone", "fax", "email", "website", "wechat", "qq", "address", "other_address", "postcode", "region", "city", "district", "industry", "source", "tags", "headcount", "remark", "bank", "bank_account", "short_name", "unified_code", "founded_on", "main_business", "operating_state", "lifecycle", "cooperation_since", *PEOPLE)),
    companions=COMPANIONS,
    between=BETWEEN,
    beside_of="name",
    need_one_of=(("name", "person_name", "last_name", "first_name", "short_name", "number"),),
))  # fmt: skip
