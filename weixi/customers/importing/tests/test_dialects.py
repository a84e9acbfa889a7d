"""Exports of other systems map without help: what each of their columns feeds (`-`: left out, and said so)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weixi.customers.importing.specs import KINDS
from weixi.customers.importing.tests.helpers import systems_of
from weixi.kernel.importing.mapping.suggest import suggest_mapping

HEADERS = Path(__file__).resolve().parents[5] / "shared" / "data" / "headers" / "headers.json"
SYSTEMS = """
# Salesforce Account | customers
Account ID=-; Account Name=name; Type=tags; Parent Account=through; Account Owner=owner; Account Number=number; Account Site=-; Phone=phone; Fax=fax;
Website=website; Industry=industry; Annual Revenue=yearly_revenue; Employees=headcount; Ownership=-; Ticker Symbol=-; Rating=-; SIC Code=-;
Billing Street=address; Billing City=city; Billing State/Province=region; Billing Zip/Postal Code=postcode; Billing Country=region;
Shipping Street=other_address; Shipping City=other_address; Shipping State/Province=other_address; Shipping Zip/Postal Code=other_address;
Shipping Country=other_address; Description=remark; Created Date=-; Last Modified Date=-; Account Source=source; Last Activity=-; Created By=-;
Last Modified By=-; BillingStreet=-; NumberOfEmployees=-; AnnualRevenue=-; OwnerId=-; ParentId=-; AccountSource=-; Id=-; CreatedById=-;
SystemModstamp=-;
# Salesforce Contact | contacts
Contact ID=-; Salutation=salutation; First Name=first_name; Last Name=last_name; Title=position; Account Name=customer_name; Mailing Street=address;
Mailing City=address; Mailing State/Province=address; Mailing Zip/Postal Code=address; Mailing Country=address; Phone=phone; Mobile=mobile;
Fax=other_phone; Email=email; Account Owner=-; Contact Owner=owner; Department=department; Birthdate=birthday; Lead Source=source;
Do Not Call=do_not_call; Email Opt Out=-; Reports To=-; Assistant=-; Asst. Phone=-; Home Phone=other_phone; Other Phone=other_phone;
Description=remark; Created Date=-; Last Modified Date=-; Other Street=other_address; Other City=other_address; Other Country=other_address;
# HubSpot company | customers
Record ID=number; Company name=name; Company Domain Name=website; Company owner=owner; Create Date=-; Phone Number=phone; Last Activity Date=-;
City=city; State/Region=region; Postal Code=postcode; Country/Region=region; Industry=industry; Street Address=address;
Street Address 2=other_address; Number of Employees=headcount; Annual Revenue=yearly_revenue; Lifecycle Stage=lifecycle; Lead Status=-; Type=tags;
Description=remark; Time Zone=-; LinkedIn Company Page=-; Number of Associated Contacts=-; Associated Contact=contact_name; Website URL=-;
Year Founded=founded_year; Parent Company=through; About Us=remark; Is Public=-;
# HubSpot contact | contacts
Record ID=number; First Name=first_name; Last Name=last_name; Email=email; Phone Number=phone; Mobile Phone Number=mobile; Contact owner=owner;
Lifecycle Stage=-; Lead Status=-; Marketing contact status=-; Create Date=-; Last Activity Date=-; Job Title=position; Company Name=customer_name;
Associated Company=-; Associated Company IDs=-; City=address; State/Region=address; Postal Code=address; Country/Region=address;
Street Address=address; Date of birth=birthday; Website URL=website; Fax Number=other_phone;
# HubSpot deal | orders
Record ID=number; Deal Name=remark; Deal Stage=order_state; Close Date=placed_at; Deal owner=-; Amount=amount; Pipeline=-; Create Date=-;
Associated Company=customer_name; Associated Contact=-; Currency=currency;
# Zoho Accounts | customers
Account Id=-; Account Owner Id=-; Account Owner=owner; Account Name=name; Account Site=-; Parent Account=through; Account Number=number;
Account Type=tags; Industry=industry; Annual Revenue=yearly_revenue; Rating=-; Phone=phone; Fax=fax; Website=website; Ticker Symbol=-; Ownership=-;
Employees=headcount; SIC Code=-; Created By=-; Modified By=-; Created Time=-; Modified Time=-; Billing Street=address; Billing City=city;
Billing State=region; Billing Code=postcode; Billing Country=region; Shipping Street=other_address; Shipping City=other_address;
Shipping State=other_address; Shipping Code=other_address; Shipping Country=other_address; Description=remark; Tag=tags; Last Activity Time=-;
Currency=-; Exchange Rate=-; Layout=-;
# Zoho Contacts | contacts
Contact Id=-; Contact Owner=owner; Lead Source=source; First Name=first_name; Last Name=last_name; Account Name=customer_name; Vendor Name=-;
Email=email; Title=position; Department=department; Phone=phone; Home Phone=other_phone; Other Phone=other_phone; Fax=other_phone; Mobile=mobile;
Date of Birth=birthday; Assistant=-; Asst Phone=-; Email Opt Out=-; Skype ID=-; Salutation=salutation; Secondary Email=other_email; Twitter=-;
Reporting To=-; Mailing Street=address; Mailing City=address; Mailing State=address; Mailing Zip=address; Mailing Country=address;
Other Street=other_address; Other City=other_address; Other State=other_address; Other Zip=other_address; Other Country=other_address;
Description=remark; Tag=remark; Created Time=-; Modified Time=-;
# Zoho Leads | customers
Lead Id=-; Lead Owner=owner; Company=name; First Name=first_name; Last Name=last_name; Designation=contact_position; Email=contact_email;
Phone=phone; Fax=fax; Mobile=contact_mobile; Website=website; Lead Source=source; Lead Status=-; Industry=industry; No. of Employees=headcount;
Annual Revenue=yearly_revenue; Rating=-; Street=address; City=city; State=region; Zip Code=postcode; Country=region; Description=remark; Skype ID=-;
Secondary Email=-; Twitter=-; Full Name=-;
# EspoCRM Account | customers
Name=name; Website=website; Email=email; Phone=phone; Type=tags; Industry=industry; SIC Code=-; Billing Address Street=address;
Billing Address City=city; Billing Address State=region; Billing Address Country=region; Billing Address Postal Code=postcode;
Shipping Address Street=other_address; Shipping Address City=other_address; Shipping Address State=other_address;
Shipping Address Country=other_address; Shipping Address Postal Code=other_address; Description=remark; Created At=-; Modified At=-; Created By=-;
Modified By=-; Assigned User=owner; Teams=-; Campaign=-; ID=number; Deleted=-;
# EspoCRM account raw | customers
id=number; name=name; deleted=-; website=website; type=tags; industry=industry; sicCode=-; contactRole=-; contactIsInactive=-;
billingAddressStreet=address; billingAddressCity=city; billingAddressState=region; billingAddressCountry=region; billingAddressPostalCode=postcode;
shippingAddressStreet=other_address; shippingAddressCity=other_address; description=remark; createdAt=-; modifiedAt=-; emailAddress=email;
phoneNumber=phone; assignedUserName=owner; assignedUserId=-; teamsNames=-;
# EspoCRM zh contact | contacts
姓名=name; 客户=customer_name; 标题=-; 电子邮件=email; 电话=phone; 地址=address; 描述=remark; 客户职位=position; 活动=-;
负责用户=owner; 团队=-; 创建于=-; 修改于=-; 创建人=-; 称呼=salutation; 名字=first_name; 姓氏=last_name;
请勿致电=do_not_call; 地址 街道=address; 地址 城市=address; 地址 州/省=address; 地址 国家=address; 地址 邮政编码=address;
# SuiteCRM Accounts | customers
Name=name; ID=number; Website=website; Email Address=email; Non Primary E-mails=-; Office Phone=phone; Alternate Phone=other_phone; Fax=fax;
Billing Street=address; Billing City=city; Billing State=region; Billing Postal Code=postcode; Billing Country=region; Shipping Street=other_address;
Shipping City=other_address; Shipping State=other_address; Shipping Postal Code=other_address; Shipping Country=other_address; Description=remark;
Type=tags; Industry=industry; Annual Revenue=yearly_revenue; Employees=headcount; SIC Code=-; Ticker Symbol=-; Parent Account ID=-; Ownership=-;
Campaign ID=-; Rating=-; Assigned User Name=-; Assigned To=owner; Date Created=-; Date Modified=-; Modified By=-; Created By=-; Deleted=-;
Member of=through;
# SuiteCRM raw | customers
id=number; name=name; date_entered=-; date_modified=-; modified_user_id=-; created_by=-; description=remark; deleted=-; assigned_user_id=-;
account_type=tags; industry=industry; annual_revenue=yearly_revenue; phone_fax=fax; billing_address_street=address; billing_address_city=city;
billing_address_state=region; billing_address_postalcode=postcode; billing_address_country=region; rating=-; phone_office=phone; phone_alternate=other_phone;
website=website; ownership=-; employees=headcount; ticker_symbol=-; shipping_address_street=other_address; shipping_address_city=other_address;
parent_id=-; sic_code=-; campaign_id=-; email1=email; assigned_user_name=owner;
# 悟空 客户导出 | customers
客户名称=name; 客户编号=number; 成交状态=-; 客户级别=-; 客户行业=industry; 客户来源=source; 电话=phone; 手机=mobile;
网址=website; 邮箱=email; 备注=remark; 首要联系人=contact_name; 最后跟进记录=remark; 最后跟进时间=-;
下次联系时间=next_contact_on; 地区信息=region; 详细地址=address; 定位信息=-; 负责人=owner; 所属部门=-; 创建人=-;
创建时间=-; 更新时间=-; 距进入公海天数=-; 锁定状态=-; 负责人获取客户时间=-; 相关团队=-; 标签=tags;
# 悟空 合同 | orders
合同编号=number; 合同名称=remark; 客户名称=customer_name; 商机名称=-; 合同金额=amount; 下单时间=placed_at;
合同开始时间=-; 合同结束时间=-; 客户签约人=-; 公司签约人=-; 备注=remark; 负责人=-; 创建时间=-;
产品名称=product_name; 数量=quantity; 售价=unit_price; 折扣(%)=-; 合计=-; 整单折扣=-;
# 悟空 跟进 | interactions
所属模块=-; 所属对象=customer_name; 跟进内容=content; 记录类型=kind; 创建人=recorded_by; 创建时间=occurred_at;
下次联系时间=follow_up_on; 相关联系人=contact; 相关商机=-; 附件=-;
# 企业微信 客户联系 | contacts
客户名称=name; 客户类型=-; 企业简称=-; 企业全称=customer_name; 添加人=owner; 添加人账号=-; 添加人所属部门=-;
添加时间=-; 来源=source; 备注=remark; 备注企业=-; 备注手机号=-; 描述=remark; 标签=remark; 性别=gender;
外部联系人ID=number; 所属员工=-; 职务=position; 手机=mobile;
# 企微 SCRM 客户 | customers
客户昵称=person_name; 客户备注=remark; 企业名称=name; 手机号=mobile; 客户来源=source; 添加时间=-; 所属客服=owner;
企业标签=tags; 个人标签=tags; 跟进状态=-; 最近跟进时间=-; 性别=-; 生日=birthday; 邮箱=email; 地址=address; 描述=remark;
客户阶段=lifecycle;
# 纷享销客 客户 | customers
客户名称(必填)=name; 客户编号=number; 负责人（必填）=owner; 负责人主属部门=-; 客户级别=-; 客户类型=tags;
一级行业=industry; 二级行业=-; 来源=source; 国家=region; 省=region; 市=city; 区=district; 详细地址=address; 电话=phone;
传真=fax; 网址=website; 邮件=email; 成交状态=-; 最后跟进时间=-; 备注=remark; 归属部门=-; 创建人=-; 创建时间=-;
最后修改时间=-; 上级客户=through; 统一社会信用代码=unified_code;
# 销售易 | customers
客户名称=name; 客户所有人=owner; 所属部门=-; 行业=industry; 客户级别=-; 电话=phone; 传真=fax; 公司网址=website;
员工数=headcount; 年销售额=yearly_revenue; 省份=region; 市=city; 区=district; 详细地址=address; 邮政编码=postcode; 微博=-;
状态=-; 备注=remark; 上级客户=through; 创建日期=-; 总销售额=-; 客户来源=source;
# 金蝶 云星空 客户 | customers
编码=number; 名称=name; 简称=short_name; 使用组织=-; 创建组织=-; 客户分组=tags; 客户类别=tags; 国家=region; 地区=region;
省份=region; 城市=city; 邮编=postcode; 通讯地址=address; 公司网址=website; 联系电话=phone; 传真=fax; 公司类别=tags;
公司性质=tags; 公司规模=headcount; 结算币别=-; 结算方式=cheque_use; 收款条件=-; 价目表=-; 默认联系人=contact_name;
法人代表=legal_representative; 纳税登记号=-; 统一社会信用代码=unified_code; 开户银行=bank; 银行账号=bank_account;
账户名称=-; 开票联系电话=other_phone; 开票通讯地址=other_address; 注册资金=-; 成立日期=founded_on; 税率=-; 销售员=owner;
销售部门=-; 销售组=-; 信用管理=-; 备注=remark; 审核人=-; 禁用状态=-; 对应供应商=-;
# 金蝶 KIS 订单 | orders
日期=placed_at; 单据编号=number; 购货单位=customer_name; 购货单位代码=customer_number; 产品代码=product_code;
产品名称=product_name; 规格型号=product_model; 单位=product_unit; 数量=quantity; 单价=unit_price; 含税单价=-; 金额=amount;
税额=-; 价税合计=-; 折扣率=-; 交货日期=-; 业务员=-; 部门=-; 制单=-; 审核=-; 摘要=remark; 源单单号=-; 行号=line_no;
# 金蝶精斗云 销货 | orders
单据日期=placed_at; 单据编号=number; 客户编号=customer_number; 客户名称=customer_name; 销售人员=-; 商品编号=product_code;
商品名称=product_name; 规格型号=product_model; 单位=product_unit; 仓库=-; 数量=quantity; 销售单价=unit_price; 折扣率(%)=-;
折扣额=-; 销售金额=amount; 税率(%)=-; 税额=-; 价税合计=-; 备注=remark; 源单号=-;
# 管家婆 往来单位 | customers
单位编号=number; 单位全名=name; 单位简名=short_name; 拼音码=-; 单位地址=address; 电话=phone; 手机=mobile;
联系人=contact_name; 传真=fax; 邮政编码=postcode; 税号=unified_code; 开户银行=bank; 银行账号=bank_account; 期初应收=-;
期初应付=-; 应收上限=-; 应付上限=-; 默认经手人=owner; 换货期限=-; 地区=region; 备注=remark; 价格等级=-;
电子邮件=email; 换货比例=-;
# 管家婆 销售 | orders
日期=placed_at; 单据编号=number; 往来单位编号=customer_number; 往来单位全名=customer_name; 经手人=-; 部门=-; 仓库=-;
商品编号=product_code; 商品全名=product_name; 规格=product_model; 型号=-; 产地=-; 单位=product_unit; 数量=quantity;
单价=unit_price; 金额=amount; 折扣=-; 折后单价=-; 折后金额=-; 税额=-; 含税金额=-; 成本单价=unit_cost; 成本金额=cost;
毛利=-; 摘要=remark; 附加说明=remark;
# 用友 畅捷通 往来 | customers
往来单位编码=number; 往来单位名称=name; 简称=short_name; 往来单位分类编码=-; 往来单位分类=tags; 往来单位性质=tags;
地区分类=region; 所属行业=industry; 分管部门=-; 专管业务员=owner; 联系人姓名=contact_name; 手机号=contact_mobile;
联系电话=phone; 地址=address; 送货地址=other_address; 纳税号=unified_code; 开户银行=bank; 银行账号=bank_account;
法人=legal_representative; 信用额度=-; 停用=-; 备注=remark; 价格等级=-; 发展日期=cooperation_since;
# Pipedrive | customers
Name=name; Label=tags; Address=address; People=contact_name; Open deals=-; Closed deals=-; Next activity date=next_contact_on; Owner=owner;
Organization created=-; Update time=-; Won deals=-; Visible to=-; ID=number; Address - City=city; Address - Country=region; Industry=industry;
Annual revenue=yearly_revenue; Number of employees=headcount; LinkedIn profile=-; Website=website;
# Odoo partner | customers
Name=name; Display Name=-; Company Type=tags; Street=address; Street2=other_address; City=city; State=region; Zip=postcode; Country=region;
Tax ID=unified_code; Phone=phone; Mobile=mobile; Email=email; Website=website; Tags=tags; Salesperson=owner; Reference=number; Internal Notes=remark;
Industry=industry; Language=-; Customer Rank=-; Job Position=contact_position; Related Company=through;
# Dynamics | customers
(Do Not Modify) Account=-; (Do Not Modify) Row Checksum=-; (Do Not Modify) Modified On=-; Account Name=name; Main Phone=phone; Address 1: City=city;
Address 1: Street 1=address; Address 1: Country/Region=region; Primary Contact=contact_name; Email (Primary Contact)=contact_email; Account Number=number;
Website=website; Fax=fax; Industry=industry; Owner=owner; Relationship Type=tags; Annual Revenue=yearly_revenue; Number of Employees=headcount;
Credit Limit=-; Status=-; Description=remark; Category=tags;
# 有赞 会员 | customers
客户昵称=-; 姓名=person_name; 手机号=mobile; 性别=-; 生日=birthday; 地区=region; 会员卡=number; 会员等级=-;
成为客户时间=cooperation_since; 累计消费金额=-; 累计消费次数=-; 客单价=-; 最近消费时间=-; 积分余额=-; 储值余额=-;
标签=tags; 来源渠道=source; 所属门店=-; 专属导购=owner; 备注=remark;
"""


@pytest.mark.parametrize(
    ("system", "kind", "columns"), systems_of(SYSTEMS), ids=[each[0] for each in systems_of(SYSTEMS)]
)
def test_the_share_mapped_right(system, kind, columns) -> None:
    made = suggest_mapping(KINDS[kind], list(columns))
    wrong = {one.header: one.field for one in made if (one.field or "-") != columns[one.header]}
    share = 1 - len(wrong) / len(columns)
    assert share == 1, f"{system}: {share:.0%} mapped right; {wrong}"
    unknown = [one.header for one in made if one.state == "unknown"]
    assert len(unknown) <= 0.05 * len(columns), f"{system}: nothing is said of {unknown}"


@pytest.mark.skipif(not HEADERS.exists(), reason="the headers of other systems are not on this machine")
def test_the_collected_headers_map_without_help() -> None:
    for each in json.loads(HEADERS.read_text(encoding="utf-8")):
        kind = "contacts" if any(word in each["system"] for word in ("联系人", "contacts", "Leads")) else "customers"
        made = suggest_mapping(KINDS[kind], each["columns"])
        assert [one.header for one in made if one.state == "unknown"] == [], each["system"]
        fields = {one.field for one in made}
        assert fields & {"name", "last_name", "person_name"}, each["system"]


def test_false_friends_depend_on_what_stands_beside_them() -> None:
    spec = KINDS["contacts"]
    alone = suggest_mapping(spec, ["客户名称", "姓名", "手机"])
    wecom = suggest_mapping(spec, ["客户名称", "企业全称", "添加人", "备注"])
    assert [one.field for one in alone] == ["customer_name", "name", "mobile"]
    assert [one.field for one in wecom] == ["name", "customer_name", "owner", "remark"]
    assert suggest_mapping(KINDS["customers"], ["客户姓名"])[0].field == "person_name"


def test_a_fields_own_name_wins_over_what_others_call_it() -> None:
    made = suggest_mapping(KINDS["customers"], ["纳税登记号", "统一社会信用代码", "客户昵称", "姓名"])
    assert [one.field for one in made] == [None, "unified_code", None, "person_name"]
    assert made[0].rival == 1


@pytest.mark.parametrize(
    "header",
    [
        "创建时间",
        "修改人",
        "最近更新时间",
        "createdAt",
        "modified_by_id",
        "Last Viewed Date",
        "Owner GUID",
        "审核人编号",
    ],
)
def test_what_others_keep_about_their_rows_is_left_out(header) -> None:
    (made,) = suggest_mapping(KINDS["customers"], [header])
    assert (made.field, made.state) == (None, "elsewhere")


@pytest.mark.parametrize("header", ["客户编号", "合作时间", "成立日期", "ID", "Grid", "创建公司", "更新频率"])
def test_what_looks_like_it_is_not(header) -> None:
    (made,) = suggest_mapping(KINDS["customers"], [header])
    assert made.state != "elsewhere" or made.field
