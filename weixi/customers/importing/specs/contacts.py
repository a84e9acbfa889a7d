"""Contacts: the people at a customer (A-1)."""

from __future__ import annotations

from weixi.customers.importing.specs.dialects import with_dialects
from weixi.customers.importing.specs.shared import CHANNELS, GRADES, HOUSEKEEPING, LUNAR_BIRTHDAY
from weixi.kernel.importing.mapping.spec import FalseFriend, FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.wording import gettext_noop as _

_WHY_OWNER = _("The one in charge of a contact in such lists is our colleague, not the contact.")
_WHY_PERSON = _("客户姓名 is the name of a person, not of a company.")
_WHY_WECOM = _("In lists of 企业微信 the customer is a person; the company has a column of its own.")
_WHY_TITLE = _("Beside the job title this is how the person is addressed.")
_WHY_GRADE = _("Grades are made by grading under the policy; they are not imported.")

CONTACTS = with_dialects(KindSpec(
    key="contacts",
    label=_("Contacts"),
    label_zh="联系人",
    fields=(
        FieldSpec(
            "name", _("Name"), "姓名", ValueType.PERSON,
            ("联系人", "联系人姓名", "人员姓名", "客户联系人", "contact", "contact name", "full name", "联系人名称"),
            weak=("名称", "名字"),
        ),
        FieldSpec("last_name", _("Family name"), "姓", ValueType.PERSON, ("姓氏", "surname", "family name", "lastname")),
        FieldSpec("first_name", _("Given name"), "名", ValueType.PERSON, ("given name", "firstname", "forename")),
        FieldSpec("salutation", _("Salutation"), "称谓", ValueType.TEXT, ("称呼", "尊称")),
        FieldSpec(
            "customer_name", _("Customer's full name"), "客户名称", ValueType.ORGANISATION,
            ("公司名称", "企业名称", "所属客户", "单位名称", "公司", "所属公司", "客户", "工作单位", "客户全称", "对应客户", "关联客户",
             "account name", "company", "company name", "associated company", "account", "organization", "organization name"),
        ),
        FieldSpec(
            "customer_number", _("Customer number"), "客户编号", ValueType.CODE,
            ("客户编码", "客户代码", "客户ID", "客户号", "customer id", "customer no", "account number"),
        ),
        FieldSpec(
            "position", _("Position"), "职位", ValueType.TEXT, ("职务", "岗位", "头衔", "job title", "title", "job position")),
        FieldSpec("department", _("Contact's department"), "部门", ValueType.TEXT, ("所在部门", "所属部门", "dept")),
        FieldSpec(
            "mobile", _("Mobile phone"), "手机", ValueType.PHONE,
            ("手机号", "手机号码", "移动电话", "联系人手机", "mobile phone", "cell", "cell phone", "mobile number"),
        ),
        FieldSpec(
            "phone", _("Phone"), "电话", ValueType.PHONE,
            ("座机", "固定电话", "固话", "办公电话", "联系电话", "电话号码", "联系方式", "office phone", "phone number", "telephone",
             "tel", "work phone", "business phone"),
        ),
        FieldSpec(
            "other_phone", _("Other phone"), "其他电话", ValueType.PHONE,
            ("备用电话", "家庭电话", "住宅电话", "home phone", "phone 2", "fax", "传真"),
            many=True,
        ),
        FieldSpec(
            "email", _("E-mail"), "邮箱", ValueType.EMAIL,
            ("电子邮件", "电子邮箱", "邮件", "e-mail", "email address", "mail", "work email"),
        ),
        FieldSpec("other_email", _("Other e-mail"), "其他邮箱", ValueType.TEXT, ("备用邮箱", "non primary e-mails", "email 2")),
        FieldSpec("wechat", _("WeChat"), "微信", ValueType.TEXT, ("微信号", "微信账号", "wechat id", "weixin")),
        FieldSpec("qq", _("QQ"), "QQ", ValueType.TEXT, ("QQ号", "QQ/MSN", "qq号码", "msn")),
        FieldSpec("website", _("Website"), "网址", ValueType.URL, ("网站", "个人主页", "web site")),
        FieldSpec(
            "preferred_channel", _("Preferred channel"), "偏好渠道", ValueType.CHOICE,
            ("沟通偏好", "沟通方式", "偏好联系方式", "preferred contact method"),
            choices=CHANNELS,
        ),
        FieldSpec("preferred_time", _("Preferred time"), "偏好时间", ValueType.TEXT, ("方便联系时间", "沟通时间", "best time to call")),
        FieldSpec("birthday", _("Birthday"), "生日", ValueType.BIRTHDAY, ("出生日期", "出生年月", "birthdate", "date of birth", "dob", *LUNAR_BIRTHDAY), second="other_birthday"),
        FieldSpec("other_birthday", _("Birthday by the other calendar"), "另一历法的生日", ValueType.BIRTHDAY),
        FieldSpec(
            "birthday_lunar", _("Birthday by the lunar calendar"), "是否农历", ValueType.YES_NO, ("农历",),
            by_values=LUNAR_BIRTHDAY),
        FieldSpec("gender", _("Gender"), "性别", ValueType.TEXT, ("sex",)),
        FieldSpec("key_person", _("Key person"), "关键人", ValueType.YES_NO, ("是否关键人", "关键联系人", "是否首要联系人", "首要联系人")),
        FieldSpec(
            "decision_maker", _("Decision maker"), "决策人", ValueType.YES_NO,
            ("是否决策人", "是否关键决策人", "关键决策人", "是否决策者"),
        ),
        FieldSpec(
            "address", _("Address"), "地址", ValueType.TEXT,
            ("联系地址", "通讯地址", "详细地址", "家庭住址", "省", "市", "区", "city", "state", "country", "country/region", "postal code",
             "postcode", "street", "primary address street", "primary address city", "primary address state",
             "primary address postalcode", "primary address country", "street number", "address 1", "address 2", "suburb"),
            many=True,
        ),
        FieldSpec(
            "other_address", _("Other address"), "其他地址", ValueType.TEXT,
            ("alt address street", "alt address city", "alt address state", "alt address postalcode", "alt address country"),
            many=True,
        ),
        FieldSpec("owner", _("Our owner"), "负责人", ValueType.PERSON,
                  ("客户经理", "contact owner", "assigned to", "assigned user", "owner", "跟进人", "业务员", "所属人")),
        FieldSpec(
            "source", _("Source"), "来源", ValueType.TEXT,
            ("线索来源", "客户来源", "lead source", "lead source description", "referred by", "介绍人"),
            many=True,
        ),
        FieldSpec("do_not_call", _("Do not call"), "请勿致电", ValueType.YES_NO, ("免打扰", "拒绝电话", "has opted out of email")),
        FieldSpec(
            "next_contact_on", _("Next contact"), "下次联系时间", ValueType.MOMENT,
            ("下次联系日期", "下次跟进时间", "next contact date", "next activity date"),
        ),
        FieldSpec(
            "number", _("Contact's number elsewhere"), "联系人编号", ValueType.CODE, ("联系人ID", "record id", "rec id"), weak=("ID", "编号")),
        FieldSpec(
            "remark", _("Remark"), "备注", ValueType.LONG_TEXT,
            ("说明", "描述", "notes", "description", "comments", "account description", "备注信息"),
            many=True,
        ),
    ),
    false_friends=(
        FalseFriend("客户姓名", "name", _WHY_PERSON),
        # In lists of 企业微信 the customer is the person; the company stands in a column of its own.
        FalseFriend("客户名称", "name", _WHY_WECOM, beside=("企业全称", "备注企业", "备注的企业名称", "外部联系人ID", "添加人", "添加客户时间", "客户昵称")),
        FalseFriend("Title", "salutation", _WHY_TITLE, beside=("Job Title",)),
        FalseFriend("负责人", "owner", _WHY_OWNER),
        *(FalseFriend(header, None, _WHY_GRADE) for header in GRADES),
    ),
    elsewhere=(*HOUSEKEEPING, "客户行业", "行业", "Industry"),
    subjects=("联系人", "人员", "个人", "客户", "所在", "所属", "contact", "person"),
    plain=frozenset(("phone", "mobile", "other_phone", "email", "wechat", "qq", "address", "position", "department", "gender", "birthday", "remark", "website", "preferred_time", "preferred_channel", "salutation")),
    need_one_of=(("name", "last_name", "first_name"), ("customer_name", "customer_number")),
))  # fmt: skip
