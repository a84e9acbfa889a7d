"""More column names of other systems: what each feeds (`-`: left out). As exported from lists of firms, tills, call centres."""

from __future__ import annotations

import pytest

from weixi.customers.importing.specs import KINDS
from weixi.customers.importing.tests.helpers import systems_of
from weixi.kernel.importing.mapping.suggest import suggest_mapping

SYSTEMS = """
# 简单1 | customers
客户全称=name; 联系电话=phone; 手机=mobile; 客户级别=-; 所属行业=industry; 跟进人=owner; 最后跟进时间=-; 备注=remark;
# 简单2 | customers
公司名称=name; 联系人=contact_name; 联系人职位=contact_position; 联系人电话=contact_phone; 联系人手机=contact_mobile; 公司规模=headcount; 客户状态=lifecycle; 客户来源=source; 所在省=region;
所在市=city; 详细地址=address; 业务负责人=owner; 建档日期=-; 最近一次跟进=-;
# 简单3 | customers
序号=-; 单位名称=name; 统一社会信用代码=unified_code; 法定代表人=legal_representative; 注册地址=address; 成立日期=founded_on; 经营范围=main_business; 注册资本(万元)=-;
登记状态=operating_state; 所属省份=region; 所属城市=city; 所属区县=district; 联系电话=phone; 邮箱=email; 网址=website;
# 企查查 | customers
企业名称=name; 登记状态=operating_state; 法定代表人=legal_representative; 注册资本=-; 成立日期=founded_on; 统一社会信用代码=unified_code; 所属省份=region; 所属城市=city;
所属区县=district; 电话=phone; 更多电话=-; 邮箱=email; 更多邮箱=-; 企业类型=tags; 纳税人识别号=-; 注册号=-; 组织机构代码=-; 参保人数所属年报=-; 所属行业=industry; 曾用名=-; 英文名=-; 官网=website;
通信地址=address; 经营范围=main_business; 国标行业门类=-; 核准日期=-; 营业期限=-; 登记机关=-; 纳税人资质=-; 实缴资本=-;
# 姓名类 | customers
客户姓名=person_name; 性别=-; 年龄=-; 手机号码=mobile; 身份证号=-; 微信号=wechat; 住址=home_address; 生日=birthday; 客户等级=-; 客户来源=source; 跟进人=owner; 备注=remark;
# 悟空 9 客户导出 | customers
客户名称=name; 成交状态=-; 锁定状态=-; 客户级别=-; 客户行业=industry; 客户来源=source; 手机=mobile; 电话=phone; 网址=website; 下次联系时间=next_contact_on; 最后跟进时间=-;
最后跟进记录=remark; 备注=remark; 省市区=region; 详细地址=address; 定位=-; 负责人=owner; 所属团队=-; 创建人=-; 创建时间=-; 更新时间=-; 公海名称=-; 距进入公海天数=-; 领取时间=-;
# 悟空 9 联系人 | contacts
姓名=name; 客户名称=customer_name; 手机=mobile; 电话=phone; 邮箱=email; 是否关键决策人=decision_maker; 职务=position; 性别=gender; 地址=address;
下次联系时间=next_contact_on; 备注=remark; 负责人=owner; 创建人=-; 创建时间=-; 更新时间=-; 最后跟进时间=-;
# 悟空 合同2 | orders
合同编号=number; 合同名称=remark; 客户名称=customer_name; 商机名称=-; 下单时间=placed_at; 合同金额（元）=amount; 合同开始时间=-; 合同结束时间=-; 客户签约人=-; 公司签约人=-; 已回款金额=-; 未回款金额=-;
审核状态=-; 负责人=-; 备注=remark;
# 悟空 跟进2 | interactions
客户名称=customer_name; 跟进方式=kind; 跟进内容=content; 跟进人=recorded_by; 跟进时间=occurred_at; 下次联系时间=follow_up_on; 相关联系人=contact;
# 微盛 企微 | contacts
客户昵称=name; 客户类型=-; 企业简称=-; 企业全称=customer_name; 性别=gender; 手机号=mobile; 添加渠道=source; 添加人=owner; 添加时间=-; 企业标签=remark; 个人标签=remark; 描述=remark;
生日=birthday; 邮箱=email; 职位=position; 是否流失=-; 最近聊天时间=-;
# 微伴 企微 | customers
客户名称=name; 手机号码=mobile; 性别=-; 所属员工=owner; 员工部门=-; 客户标签=tags; 添加时间=-; 来源渠道=source; 跟进阶段=lifecycle; 最近跟进=-; 客户评分=-; 地区=region; 微信=wechat;
邮箱=email;
# 企微 会话 | interactions
客户名称=customer_name; 跟进员工=recorded_by; 跟进时间=occurred_at; 跟进方式=kind; 跟进内容=content; 下次跟进时间=follow_up_on; 客户阶段=-;
# 金蝶 云星辰 客户 | customers
客户编码=number; 客户名称=name; 客户分类=tags; 客户等级=-; 联系人=contact_name; 手机=contact_mobile; 座机=phone; 邮箱=contact_email; 地址=address; 省份=region; 城市=city; 区县=district;
纳税人识别号=unified_code; 开户银行=bank; 银行账号=bank_account; 业务员=owner; 期初应收=-; 期初预收=-; 信用额度=-; 状态=-; 备注=remark;
# 用友 客户档案 | customers
客户编码=number; 客户名称=name; 客户简称=short_name; 法人=legal_representative; 税号=unified_code; 联系人=contact_name; Email地址=contact_email; 专管业务员名称=owner; 发展日期=cooperation_since; 信用额度=-;
# 业务伙伴 | customers
业务伙伴代码=number; 业务伙伴名称=name; 联系人=contact_name; 联邦税号=unified_code;
# 用友 发货单 | orders
发货单号=number; 发货日期=placed_at; 客户编码=customer_number; 客户简称=-; 存货编码=product_code; 存货名称=product_name; 数量=quantity; 含税单价=unit_price; 税率=-; 价税合计=amount;
# 商城订单行 | orders
order_id=number; customer_id=customer_number; order_purchase_timestamp=placed_at; price=unit_price; product_id=product_code; freight_value=-;
# 手工通讯录 | contacts
单位=customer_name; 姓名=name; 职务=position; 手机号=mobile; 农历生日=birthday; 喜好=remark; 关键人=key_person;
# 销售记录 | interactions
销售记录类型=kind; 内容=content; 创建人=recorded_by; 创建时间=occurred_at; 关联客户=customer_name; 关联联系人=contact; 定位=-;
# Salesforce activities | interactions
Activity Type=kind; Due Date=occurred_at; Company / Account=customer_name; Contact=contact; Assigned=recorded_by; Comments=content;
# 金蝶 云星空 销售订单 | orders
单据编号=number; 日期=placed_at; 客户=customer_name; 客户.编码=customer_number; 销售员=-; 销售部门=-; 单据状态=order_state; 关闭状态=-; 物料编码=product_code;
物料名称=product_name; 规格型号=product_model; 销售单位=product_unit; 销售数量=quantity; 单价=unit_price; 含税单价=-; 税率%=-; 税额=-; 金额=amount; 要货日期=-; 币别=currency;
备注=remark;
# 金蝶 精斗云 销货单 | orders
单据日期=placed_at; 单据编号=number; 业务类别=-; 销售人员=-; 客户名称=customer_name; 商品=product_name; 规格型号=product_model; 单位=product_unit; 数量=quantity;
单价=unit_price; 折扣率=-; 折扣额=-; 金额=amount; 优惠金额=-; 客户承担费用=-; 本次收款=-; 结算账户=-; 制单人=-; 备注=remark;
# 管家婆 辉煌 往来 | customers
单位编号=number; 单位全名=name; 单位简名=short_name; 单位联系人=contact_name; 单位电话=phone; 手机一=contact_mobile; 手机二=other_phone; 单位地址=address; 电子信箱=email; 开户银行=bank;
帐号=bank_account; 税号=unified_code; 地区全名=region; 默认经手人=owner; 应收余额=-; 应付余额=-; 信用额度=-; 备注=remark;
# 管家婆 销售单 | orders
录单日期=placed_at; 单据编号=number; 往来单位=customer_name; 经手人=-; 发货仓库=-; 商品编号=product_code; 商品全名=product_name; 规格=product_model; 单位=product_unit;
数量=quantity; 单价=unit_price; 金额=amount; 折扣=-; 摘要=remark; 附加说明=remark; 单据类型=-;
# 管家婆 零售 | orders
小票号=number; 销售时间=placed_at; 会员卡号=customer_number; 会员姓名=customer_name; 商品条码=product_code; 商品名称=product_name; 数量=quantity; 零售价=unit_price;
实收金额=amount; 收银员=-; 门店=-;
# Salesforce Account API | customers
Id=number; IsDeleted=-; MasterRecordId=-; Name=name; Type=tags; ParentId=-; BillingStreet=address; BillingCity=city; BillingState=region;
BillingPostalCode=postcode; BillingCountry=region; ShippingStreet=other_address; ShippingCity=other_address; Phone=phone; Fax=fax;
Website=website; Sic=-; Industry=industry; AnnualRevenue=yearly_revenue; NumberOfEmployees=headcount; Ownership=-; TickerSymbol=-;
Description=remark; Rating=-; Site=-; OwnerId=-; CreatedDate=-; CreatedById=-; LastModifiedDate=-; SystemModstamp=-; AccountSource=source;
# Salesforce Account report | customers
Account Owner=owner; Account Name=name; Account Site=-; Billing State/Province (text only)=region; Type=tags; Rating=-; Last Activity=-;
Last Modified Date=-; Billing Address Line 1=address; Billing City=city; Billing Zip/Postal Code=postcode; Billing Country=region;
Phone=phone; Employees=headcount; Annual Revenue Currency=-; Annual Revenue=yearly_revenue;
# Salesforce Contact API | contacts
Id=number; LastName=last_name; FirstName=first_name; Salutation=salutation; AccountId=-; Account.Name=customer_name; MailingStreet=address;
MailingCity=address; MailingPostalCode=address; MailingCountry=address; Phone=phone; MobilePhone=mobile; HomePhone=other_phone; Email=email;
Title=position; Department=department; Birthdate=birthday; LeadSource=source; OwnerId=-; DoNotCall=do_not_call; CreatedDate=-;
# Salesforce Opportunity | orders
Opportunity Name=-; Account Name=customer_name; Stage=order_state; Amount=amount; Close Date=placed_at; Opportunity Owner=-;
Probability (%)=-; Type=-; Created Date=-; Lead Source=-;
# Salesforce Task | interactions
Subject=content; Company / Account=customer_name; Contact=contact; Date=occurred_at; Assigned=recorded_by; Type=kind; Comments=content;
Priority=-; Status=-;
# HubSpot company EN2 | customers
Record ID=number; Company name=name; Company owner=owner; Phone Number=phone; City=city; Country/Region=region; Industry=industry;
Annual Revenue=yearly_revenue; Number of Employees=headcount; Lifecycle Stage=lifecycle; Create Date=-; Last Contacted=-;
Number of times contacted=-; Total Money Raised=-; Web Technologies=-; Associated Contact IDs=-; Number of Open Deals=-;
Recent Deal Amount=-; Domain=website;
# HubSpot call | interactions
Record ID=-; Activity date=occurred_at; Activity type=kind; Call notes=content; Call outcome=conclusion; Activity assigned to=recorded_by;
Associated Company=customer_name; Associated Contact=contact;
# Zoho accounts new | customers
Record Id=number; Account Owner.id=-; Account Owner=owner; Account Name=name; Phone=phone; Website=website; Account Type=tags; Industry=industry;
Annual Revenue=yearly_revenue; Employees=headcount; Created By.id=-; Created By=-; Modified By.id=-; Modified By=-; Created Time=-;
Modified Time=-; Last Activity Time=-; Currency=-; Exchange Rate=-; Billing Street=address; Billing City=city; Billing State=region;
Billing Code=postcode; Billing Country=region; Description=remark; Tag=tags; Unsubscribed Mode=-; Unsubscribed Time=-; Parent Account.id=-;
Parent Account=through; Change Log Time=-; Locked=-; Last Enriched Time=-; Enrich Status=-;
# Zoho sales order | orders
Sales Order Id=-; SO Number=number; Account Name=customer_name; Status=order_state; Purchase Order=-; Due Date=-; Grand Total=order_amount;
Sales Order Owner=-;
# Zoho zh | customers
客户 ID=number; 客户 所有者=owner; 客户 名称=name; 电话=phone; 网站=website; 客户 类型=tags; 行业=industry; 年收入=yearly_revenue; 员工=headcount; 账单街道=address;
账单城市=city; 账单省份=region; 账单邮编=postcode; 账单国家=region; 描述=remark; 创建人=-; 创建时间=-; 评级=-;
# HubSpot zh | customers
记录 ID=number; 公司名称=name; 公司所有者=owner; 创建日期=-; 电话号码=phone; 上次活动日期=-; 城市=city; 国家/地区=region; 行业=industry; 公司域名=website; 员工人数=headcount;
生命周期阶段=lifecycle;
# Salesforce zh | customers
客户所有人=owner; 客户名=name; 客户编号=number; 客户地点=-; 电话=phone; 传真=fax; 网站=website; 类型=tags; 行业=industry; 年收入=yearly_revenue; 员工=headcount;
开单街道=address; 开单城市=city; 开单省/自治区/直辖市=region; 开单邮政编码=postcode; 开单国家/地区=region; 描述=remark; 上次修改日期=-; 创建日期=-;
# Salesforce zh contacts | contacts
联系人所有人=owner; 称谓=salutation; 姓氏=last_name; 名字=first_name; 职务=position; 客户名=customer_name; 电话=phone; 手机=mobile; 电子邮件=email; 部门=department;
出生日期=birthday; 潜在客户来源=source; 上次修改日期=-;
# EspoCRM zh CN account | customers
名称=name; 网站=website; 电子邮件=email; 电话=phone; 账单地址 街道=address; 账单地址 城市=city; 账单地址 州/省=region; 账单地址 国家=region; 账单地址 邮政编码=postcode;
邮寄地址 街道=other_address; 描述=remark; 行业=industry; 类型=tags; 创建时间=-; 修改时间=-; 负责用户=owner; 团队=-; SIC代码=-;
# EspoCRM contact | contacts
firstName=first_name; lastName=last_name; salutationName=salutation; accountName=customer_name; title=position; emailAddress=email;
phoneNumber=phone; addressStreet=address; addressCity=address; addressCountry=address; doNotCall=do_not_call; description=remark;
assignedUserName=owner; createdAt=-; accountId=-;
# SuiteCRM contacts | contacts
First Name=first_name; Last Name=last_name; Salutation=salutation; Job Title=position; Department=department; Account Name=customer_name;
Email Address=email; Mobile=mobile; Office Phone=phone; Other Phone=other_phone; Fax=other_phone; Primary Address Street=address;
Primary Address City=address; Description=remark; Lead Source=source; Do Not Call=do_not_call; Birthdate=birthday; Assigned User Name=owner;
Date Created=-; ID=number;
# SuiteCRM contacts zh | contacts
名=first_name; 姓=last_name; 称谓=salutation; 职位=position; 部门=department; 客户名称=customer_name; 电子邮件地址=email; 手机=mobile; 办公电话=phone;
传真=other_phone; 描述=remark; 负责人=owner; 创建日期=-;
# 纷享 跟进 | interactions
客户名称=customer_name; 销售记录类型=kind; 记录内容=content; 发布人=recorded_by; 发布时间=occurred_at; 联系人=contact; 下次跟进时间=follow_up_on;
# 电商 | orders
订单编号=number; 买家会员名=customer_name; 买家实际支付金额=order_amount; 订单状态=order_state; 收货人姓名=-; 收货地址=-; 联系手机=-; 宝贝标题=product_name; 宝贝总数量=quantity; 物流单号=-;
# 电商 京东 | orders
订单号=number; 商品ID=product_code; 商品名称=product_name; 订购数量=quantity; 下单时间=placed_at; 京东价=unit_price; 订单金额=amount; 客户姓名=customer_name; 客户地址=-;
联系电话=-; 订单状态=order_state;
# retail en | orders
Invoice=number; StockCode=product_code; Description=product_name; Quantity=quantity; InvoiceDate=placed_at; Price=unit_price;
Customer ID=customer_number; Country=customer_region;
# superstore | orders
Row ID=-; Order ID=number; Order Date=placed_at; Ship Date=-; Ship Mode=-; Customer ID=customer_number; Customer Name=customer_name;
Segment=-; Country=customer_region; City=-; State=-; Postal Code=-; Product ID=product_code; Category=product_category; Sub-Category=-;
Product Name=product_name; Sales=amount; Quantity=quantity; Discount=-; Profit=-;
# superstore zh | orders
行 ID=-; 订单 ID=number; 订单日期=placed_at; 发货日期=-; 邮寄方式=-; 客户 ID=customer_number; 客户名称=customer_name; 细分=-; 城市=-; 国家=customer_region;
产品 ID=product_code; 类别=product_category; 子类别=-; 产品名称=product_name; 销售额=amount; 数量=quantity; 折扣=-; 利润=-;
# shopify | orders
Name=number; Email=-; Financial Status=order_state; Paid at=placed_at; Fulfillment Status=-; Currency=currency; Shipping=-; Taxes=-; Total=order_amount;
Discount Amount=-; Lineitem quantity=quantity; Lineitem name=product_name; Lineitem price=unit_price; Lineitem sku=product_code;
Billing Name=customer_name; Vendor=-;
# cdnow | orders
customer_id=customer_number; date=placed_at; quantity=quantity; amount=amount;
# pipeline | orders
opportunity_id=number; sales_agent=-; product=product_name; account=customer_name; deal_stage=order_state; engage_date=-;
close_date=placed_at; close_value=amount;
# accounts | customers
account=name; sector=industry; year_established=founded_year; revenue=yearly_revenue; employees=headcount; office_location=region;
subsidiary_of=through;
# ticket zh | interactions
工单编号=number; 工单标题=content; 客户名称=customer_name; 优先级=-; 创建时间=occurred_at; 受理人=recorded_by; 处理结果=conclusion; 完成时间=-; 客户反馈=feedback;
# ticket en | interactions
Ticket ID=number; Requester=contact; Organization=customer_name; Subject=content; Created at=occurred_at; Assignee=recorded_by; Channel=kind;
Status=-; Priority=-; Resolution=conclusion;
# 通话 | interactions
通话时间=occurred_at; 呼叫类型=direction; 客户名称=customer_name; 客户号码=-; 坐席=recorded_by; 通话时长=minutes; 通话小结=content;
# 拜访 | interactions
拜访日期=occurred_at; 拜访人=recorded_by; 客户名称=customer_name; 被拜访人=contact; 拜访内容=content; 客户需求=need; 解决方案=solution; 下一步计划=follow_up;
完成期限=follow_up_on;
# 联系人 zh var | contacts
联系人=name; 所属公司=customer_name; 部门=department; 职务=position; 手机号=mobile; 微信=wechat; 邮箱=email; 生日=birthday; 生日类型=birthday_lunar;
是否关键人=key_person;
"""


@pytest.mark.parametrize(
    ("system", "kind", "columns"), systems_of(SYSTEMS), ids=[each[0] for each in systems_of(SYSTEMS)]
)
def test_every_column_is_known(system, kind, columns) -> None:
    made = suggest_mapping(KINDS[kind], list(columns))
    assert {one.header: one.field or "-" for one in made} == columns, system


def test_a_word_for_whom_it_is_about_changes_nothing_but_the_head_of_a_company_is_no_colleague() -> None:
    def field(kind, header):
        return suggest_mapping(KINDS[kind], [header])[0].field

    assert [field("customers", name) for name in ("企业传真", "客户微信", "单位网址", "电话1")] == [
        "fax",
        "wechat",
        "website",
        "phone",
    ]
    assert [field("customers", name) for name in ("单位负责人", "机构负责人", "企业等级", "公司合作伙伴")] == [
        "general_manager",
        None,
        None,
        None,
    ]


def test_of_two_columns_for_one_field_the_one_called_like_it_is_taken() -> None:
    for header in (["价税合计", "金额"], ["金额", "价税合计"]):
        made = {one.header: one.field for one in suggest_mapping(KINDS["orders"], header)}
        assert made == {"金额": "amount", "价税合计": None}
