"""Interactions: what happened with a customer (C-6)."""

from __future__ import annotations

from weixi.customers.importing.specs.dialects import with_dialects
from weixi.customers.importing.specs.shared import HOUSEKEEPING
from weixi.kernel.importing.mapping.spec import FalseFriend, FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.wording import gettext_noop as _

_WHY_PERSON = _("客户姓名 is the name of a person, not of a company.")

_RECORDING = ("录入人", "创建人", "Created By", "录入时间", "创建时间", "Date Created")

INTERACTIONS = with_dialects(KindSpec(
    key="interactions",
    label=_("Interactions"),
    label_zh="沟通记录",
    fields=(
        FieldSpec(
            "customer_number", _("Customer number"), "客户编号", ValueType.CODE,
            ("客户编码", "客户代码", "客户ID", "客户号", "customer id", "customer no", "account number")),
        FieldSpec(
            "customer_name", _("Customer's full name"), "客户名称", ValueType.ORGANISATION,
            ("客户", "公司名称", "企业名称", "所属客户", "客户全称", "关联客户", "单位名称", "customer name", "customer", "account name",
             "account", "company", "related to", "regarding"),
        ),
        FieldSpec(
            "kind", _("Way"), "沟通方式", ValueType.CHOICE,
            ("跟进方式", "跟进类型", "联系方式", "互动方式", "互动类型", "拜访方式", "沟通渠道", "记录类型", "方式", "活动类型", "activity type",
             "channel", "way", "call type"),
            weak=("类型", "type"),
            choices={
                "call": ("电话", "致电", "打电话", "通话", "电话沟通", "phone", "phone call", "呼出", "呼入"),
                "wechat": ("微信", "企业微信", "企微", "wecom"),
                "visit": ("拜访", "上门拜访", "上门", "面谈", "实地拜访", "on-site", "in person"),
                "meeting": ("会议", "开会", "会面", "见面", "座谈", "event meeting"),
                "video": ("视频", "视频会议", "线上会议", "腾讯会议", "zoom", "online meeting", "video call"),
                "email": ("邮件", "电子邮件", "邮箱", "e-mail", "mail"),
                "sms": ("短信", "text"),
                "bulk": ("群发", "群发触达", "mass mailing"),
                "event": ("活动", "展会", "沙龙", "培训", "exhibition"),
                "other": ("其他", "其它", "qq", "task", "note"),
            },
        ),
        FieldSpec(
            "purpose", _("Purpose"), "互动目的", ValueType.CHOICE,
            ("目的", "互动性质", "沟通目的", "拜访目的", "purpose of visit"),
            choices={
                "value": ("价值", "价值互动", "方案", "专属优惠", "趋势分析"),
                "emotional": ("情感", "情感互动", "关怀", "问候", "祝福", "节日问候"),
                "information": ("信息", "信息互动", "推广", "新品", "促销", "试用邀请"),
                "service": ("服务", "服务互动", "咨询", "培训", "回访"),
            },
        ),
        FieldSpec(
            "occurred_at", _("Time"), "沟通时间", ValueType.MOMENT,
            ("跟进时间", "跟进日期", "联系时间", "互动时间", "拜访时间", "拜访日期", "沟通日期", "发生时间", "联系日期", "通话时间", "start date",
             "date start", "start time", "activity date", "call date", "due date"),
            weak=("日期", "时间", "date", "创建时间", "Created Time", "Create Date", "Created At", "Date Created"),
        ),
        FieldSpec(
            "minutes", _("Minutes"), "时长", ValueType.DURATION,
            ("时长(分钟)", "通话时长", "沟通时长", "duration", "duration minutes", "call duration", "通话时长秒", "时长秒", "通话秒数", "call duration seconds", "duration seconds", "通话时间长度")),
        FieldSpec(
            "contact", _("Contact"), "联系人", ValueType.PERSON,
            ("联系人姓名", "沟通对象", "对方联系人", "拜访对象", "对接人", "contact name", "contacts", "with")),
        FieldSpec("participants", _("Participants"), "参与人", ValueType.TEXT, ("参与人员", "参加人", "陪同人", "attendees", "invitees")),
        FieldSpec(
            "content", _("What was said"), "沟通内容", ValueType.LONG_TEXT,
            ("跟进内容", "跟进记录", "互动内容", "内容", "拜访内容", "沟通记录", "记录内容", "联系内容", "情况说明", "content text", "body",
             "details"),
            weak=("描述", "description", "备注", "notes", "subject", "主题", "标题", "remark"),
            many=True,
        ),
        FieldSpec("need", _("Customer's need"), "客户需求", ValueType.LONG_TEXT, ("需求", "需求描述", "customer need")),
        FieldSpec("solution", _("Solution"), "解决方案", ValueType.LONG_TEXT, ("处理方案", "方案", "应对措施")),
        FieldSpec(
            "conclusion", _("Core conclusion"), "核心结论", ValueType.LONG_TEXT, ("结论", "沟通结果", "跟进结果", "拜访结果", "结果", "outcome", "call result")),
        FieldSpec("feedback", _("Feedback"), "反馈意见", ValueType.LONG_TEXT, ("客户反馈", "反馈", "反馈内容", "客户意见")),
        FieldSpec(
            "direction", _("Who contacted whom"), "联系方向", ValueType.CHOICE,
            ("方向", "呼叫方向", "主动方", "call direction"),
            choices={
                "out": ("我方主动", "呼出", "主动", "去电", "outbound", "outgoing", "我方"),
                "in": ("客户主动", "呼入", "来电", "来访", "inbound", "incoming", "客户"),
            },
        ),
        FieldSpec(
            "depth", _("Depth"), "沟通深度", ValueType.CHOICE,
            ("深度", "互动深度"),
            choices={
                "deep": ("深度", "深度沟通", "深入"),
                "formal": ("正式", "正式回访", "回访"),
                "light": ("轻触", "轻度", "简单", "一般", "问候"),
            },
        ),
        FieldSpec(
            "follow_up", _("Follow-up"), "待跟进事项", ValueType.LONG_TEXT,
            ("待跟进", "后续计划", "下一步", "下一步计划", "下步计划", "next step", "follow up"), many=True),
        FieldSpec(
            "follow_up_on", _("Follow-up until"), "下次联系时间", ValueType.MOMENT,
            ("下次跟进时间", "下次跟进", "下次联系", "下次跟进日期", "跟进期限", "计划完成时间", "next contact date", "next follow up date")),
        FieldSpec(
            "recorded_by", _("Recorded by"), "记录人", ValueType.PERSON,
            ("跟进人", "录入人", "创建人", "负责人", "拜访人", "业务员", "客户经理", "联系人员", "销售", "销售人员", "assigned to", "created by",
             "owner", "activity assigned to")),
        FieldSpec("number", _("Number in the other system"), "记录编号", ValueType.CODE, ("activity id", "call id"), weak=("ID", "编号")),
    ),
    false_friends=(
        FalseFriend("客户姓名", "contact", _WHY_PERSON),
        FalseFriend("负责人", "recorded_by", _("In a list of interactions this is the colleague who had the talk.")),
    ),
    elsewhere=(*(name for name in HOUSEKEEPING if name not in _RECORDING), "录入时间", "创建时间", "Date Created", "状态"),
    subjects=("跟进", "拜访", "沟通", "通话", "回访", "联系", "服务", "互动", "activity", "call"),
    plain=frozenset(("occurred_at", "content", "conclusion", "contact", "recorded_by", "minutes", "feedback", "kind")),
    need_one_of=(("customer_number", "customer_name"), ("occurred_at",)),
))  # fmt: skip
