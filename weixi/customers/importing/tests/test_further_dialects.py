"""Column names of still other systems, tills, shops and address books: what each feeds (`-`: left out)."""

from __future__ import annotations

import pytest

from weixi.customers.importing.specs import KINDS
from weixi.customers.importing.tests.helpers import systems_of
from weixi.kernel.importing.mapping.suggest import suggest_mapping

SYSTEMS = """
# 悟空 产品线客户v12 | customers
客户编号=number; 客户名称(*)=name; 客户来源=source; 手机=mobile; 电话=phone; 网址=website; 客户行业=industry; 客户级别=-;
下次联系时间=next_contact_on; 备注=remark; 负责人(*)=owner; 省、市、区/县=region; 详细地址=address; 所属公海=-; 是否成交=-; 最后跟进时间=-;
企业法人=legal_representative; 注册资金=-;
# 悟空 回款 | orders
回款编号=-; 客户名称=customer_name; 合同编号=number; 回款日期=placed_at; 回款金额=amount; 回款方式=-; 期数=-; 备注=remark;
# 悟空 联系人v12 | contacts
联系人姓名(*)=name; 客户名称(*)=customer_name; 手机=mobile; 电话=phone; 电子邮箱=email; 职务=position; 是否关键决策人=decision_maker;
直属上级=remark; 地址=address; 下次联系时间=next_contact_on; 备注=remark; 性别=gender; QQ=qq; 爱好=remark;
# 尘锋SCRM 客户导出 | customers
客户名称=person_name; 客户备注名=remark; 客户类型=tags; 企业名称=name; 性别=-; 手机号=mobile; 微信号=wechat; 客户标签=tags;
客户阶段=lifecycle; 负责人=owner; 协作人=-; 来源=source; 添加好友时间=-; 最后一次会话时间=-; 所在地区=region; 备注=remark; unionID=-;
# 微伴助手 客户列表 | customers
客户昵称=person_name; 备注名=remark; 描述=remark; 客户来源=source; 添加人=owner; 添加时间=-; 电话=phone; 标签=tags; 客户类型=tags;
企业=name; 性别=-; 生日=birthday; 年龄=-; 地址=address; QQ=qq; 邮箱=email; 是否删除=-;
# 企业微信 官方 客户列表导出 | contacts
客户名称=name; 客户备注=remark; 标签=remark; 描述=remark; 所属客服=owner; 添加客户时间=-; 来源=source; 客户类型=-; 企业=customer_name;
职务=position; 手机=mobile; 邮箱=email; 地址=address; 生日=birthday; 性别=gender; 备注的企业名称=-;
# 探马SCRM | customers
客户姓名=person_name; 客户手机=contact_mobile; 客户微信=contact_wechat; 公司名称=name; 客户标签=tags; 跟进员工=owner; 客户来源=source;
线索状态=-; 添加时间=-; 最近一次跟进时间=-; 最近一次跟进内容=remark; 跟进次数=-; 备注=remark;
# 金蝶 精斗云 客户导入模板 | customers
*客户编号=number; *客户名称=name; 客户类别=tags; 客户等级=-; 税号=unified_code; 开户银行=bank; 银行账号=bank_account; 销售人员=owner;
余额日期=-; 期初应收款=-; 期初预收款=-; 备注=remark; 联系人=contact_name; 手机=contact_mobile; 座机=phone; QQ/微信/Email=-;
联系地址=address; 是否首要联系人=contact_key_person;
# 金蝶 K3 客户 | customers
代码=number; 名称=name; 全名=-; 助记码=-; 地址=address; 区域=region; 行业=industry; 联系人=contact_name; 联系电话=phone;
移动电话=contact_mobile; 传真=fax; 邮编=postcode; 邮件地址=email; 开户银行=bank; 银行账号=bank_account; 税务登记号=unified_code;
法人代表=legal_representative; 专营业务员=owner; 分管部门=-; 信用额度=-; 最后交易日期=-; 欠款总额=-; 默认运输提前期=-;
# 金蝶 KIS 销售出库 | orders
日期=placed_at; 单据编号=number; 购货单位=customer_name; 发货仓库=-; 产品代码=product_code; 产品名称=product_name;
规格型号=product_model; 单位=product_unit; 实发数量=quantity; 销售单价=unit_price; 销售金额=amount; 单位成本=unit_cost; 成本=cost;
保管=-; 发货=-; 业务员=-; 摘要=remark;
# 用友 T+ 往来单位 | customers
往来单位编码=number; 往来单位名称=name; 往来单位简称=short_name; 往来单位性质=tags; 助记码=-; 所属分类=tags; 地区=region; 联系人=contact_name;
手机=contact_mobile; 电话=phone; 传真=fax; Email=contact_email; 邮编=postcode; 地址=address; 税号=unified_code;
开户银行=bank; 银行账号=bank_account; 专管业务员=owner; 结算客户=-; 收款协议=cheque_use; 信用额度=-; 是否停用=-; 创建时间=-; 备注=remark;
# 用友 U8 客户档案 | customers
客户编码=number; 客户名称=name; 客户简称=short_name; 助记码=-; 所属分类码=-; 所属地区码=-; 所属行业=industry; 税号=unified_code;
法人=legal_representative; 开户银行=bank; 银行账号=bank_account; 地址=address; 邮政编码=postcode; 联系人=contact_name; 电话=phone;
手机=contact_mobile; 传真=fax; 呼机=-; Email地址=email; 分管部门=-; 专管业务员=owner; 扣率=-; 信用等级=-; 信用额度=-;
发展日期=cooperation_since; 停用日期=-; 最后交易日期=-;
# 用友 U8 销售订单 | orders
订单号=number; 订单日期=placed_at; 业务类型=-; 销售类型=-; 客户编号=customer_number; 客户简称=-; 销售部门=-; 业务员=-; 存货编码=product_code;
存货名称=product_name; 规格型号=product_model; 主计量=product_unit; 数量=quantity; 含税单价=unit_price; 无税单价=-; 无税金额=-; 税额=-;
价税合计=amount; 税率（%）=-; 预发货日期=-; 币种=currency; 汇率=-; 制单人=-;
# 用友 YonSuite 销售订单 | orders
单据编号=number; 单据日期=placed_at; 客户编码=customer_number; 客户名称=customer_name; 物料编码=product_code; 物料名称=product_name;
销售单位=product_unit; 销售数量=quantity; 含税单价=unit_price; 含税金额=amount; 无税金额=-; 税额=-; 币种=currency; 销售业务员=-;
订单状态=order_state;
# 管家婆 云ERP 客户 | customers
客户编号=number; 客户全名=name; 客户简名=short_name; 客户分类=tags; 联系人=contact_name; 联系电话=phone; 手机号码=contact_mobile;
地址=address; 地区=region; 税号=unified_code; 开户行=bank; 开户账号=bank_account; 信用额度=-; 账期=-; 经手人=owner; 价格级别=-; 停用状态=-;
备注=remark;
# 管家婆 分销 销售单明细 | orders
单据日期=placed_at; 单据编号=number; 往来单位=customer_name; 经手人=-; 部门=-; 商品编号=product_code; 商品名称=product_name;
规格=product_model; 型号=-; 单位=product_unit; 数量=quantity; 单价=unit_price; 折扣=-; 折后单价=-; 折后金额=-; 税率=-; 含税单价=-;
税额=-; 价税合计=amount; 赠品=-; 备注=remark;
# 有赞 订单 | orders
订单号=number; 订单状态=order_state; 订单类型=-; 下单时间=placed_at; 付款时间=-; 买家昵称=customer_name; 买家手机号=-; 收货人/提货人=-;
收货人手机号/提货人手机号=-; 收货地址=-; 商品名称=product_name; 商品规格=product_model; 规格编码=-; 商品编码=product_code; 商品数量=quantity;
商品单价=unit_price; 商品小计=amount; 订单实付金额=order_amount; 运费=-; 优惠合计=-; 买家备注=remark; 商家备注=remark; 退款状态=-; 退款金额=-;
# 有赞 客户 | customers
客户ID=number; 昵称=-; 姓名=person_name; 手机号=mobile; 性别=-; 生日=birthday; 省份=region; 城市=city; 区县=district; 会员等级=-;
标签=tags; 积分=-; 储值余额=-; 累计消费金额=-; 累计支付订单数=-; 客单价=-; 上次消费时间=-; 成为客户时间=cooperation_since; 来源方式=source; 归属门店=-;
专属导购=owner;
# 微盟 会员 | customers
会员卡号=number; 会员昵称=-; 会员姓名=person_name; 手机号码=mobile; 生日=birthday; 性别=-; 会员等级=-; 成长值=-; 当前积分=-; 可用余额=-;
累计消费次数=-; 累计消费金额=-; 注册时间=cooperation_since; 注册门店=-; 会员标签=tags; 所在地=region;
# 纷享销客 联系人 | contacts
姓名（必填）=name; 客户名称（必填）=customer_name; 部门=department; 职务=position; 手机1=mobile; 手机2=other_phone; 电话1=phone;
邮件=email; 微信=wechat; QQ=qq; 生日=birthday; 性别=gender; 关键决策人=decision_maker; 立场=remark; 角色=remark; 上级=remark;
负责人（必填）=owner; 地址=address; 备注=remark;
# 纷享销客 销售订单 | orders
销售订单编号=number; 客户名称=customer_name; 下单日期=placed_at; 销售订单金额(元)=order_amount; 优惠额=-; 产品合计=-; 状态=order_state;
负责人=-; 产品名称=product_name; 数量=quantity; 价格（元）=unit_price; 折扣=-; 销售单价（元）=-; 小计=amount; 备注=remark;
# 纷享销客 商机 | orders
商机名称=-; 客户名称=customer_name; 销售阶段=order_state; 预计成交金额=amount; 预计成交日期=placed_at; 赢率=-; 负责人=-; 创建时间=-;
# 销售易 联系人 | contacts
姓名=name; 公司名称=customer_name; 职务=position; 部门=department; 电话=phone; 手机=mobile; 电子邮件=email; 微博=-; 省份=address;
地址=address; 邮政编码=address; 出生日期=birthday; 性别=gender; 备注=remark; 联系人所有人=owner; 状态=-;
# 销售易 客户 | customers
公司名称=name; 客户级别=-; 上级公司=through; 行业=industry; 公司人数=headcount; 年销售额(元)=yearly_revenue; 电话=phone; 公司网址=website;
传真=fax; 省份=region; 城市=city; 地址=address; 邮编=postcode; 备注=remark; 客户所有人=owner; 所属部门=-; 最近活动记录=remark; 最近活动时间=-;
成单率=-;
# 销售易 活动记录 | interactions
活动记录类型=kind; 活动记录内容=content; 活动时间=occurred_at; 关联客户=customer_name; 关联联系人=contact; 创建人=recorded_by; 定位信息=-;
图片=-;
# 钉钉 外部联系人 | contacts
姓名=name; 手机号=mobile; 所属企业=customer_name; 职位=position; 标签=remark; 负责人=owner; 共享给同事=-; 共享给部门=-; 地址=address;
备注=remark; 邮箱=email;
# 钉钉 智能客户管理 | customers
客户名称=name; 客户编码=number; 客户类型=tags; 跟进状态=lifecycle; 客户星级=-; 客户来源=source; 主营业务=main_business; 成立日期=founded_on;
企业规模=headcount; 注册地址=address; 负责人=owner; 协同人=-; 联系人姓名=contact_name; 联系人手机=contact_mobile;
联系人职务=contact_position; 下次跟进时间=next_contact_on; 最近跟进记录=remark;
# 腾讯企点 | customers
客户姓名=person_name; 客户昵称=-; 手机号码=mobile; QQ号=qq; 微信号=wechat; 公司=name; 公司电话=phone; 邮箱=email; 客户阶段=lifecycle;
客户标签=tags; 所属客服=owner; 创建时间=-; 最后联系时间=-; 地区=region; 备注=remark; 来源=source;
# 红圈 拜访 | interactions
拜访时间=occurred_at; 拜访人员=recorded_by; 所属部门=-; 客户名称=customer_name; 客户类型=-; 联系人=contact; 签到时间=-; 签到地址=-; 签退时间=-;
拜访时长=minutes; 拜访总结=content; 下步计划=follow_up; 照片=-;
# 六度人和EC 客户 | customers
客户名称=name; 姓名=person_name; 称呼=-; 职务=position; 手机=mobile; 电话=phone; 邮箱=email; 传真=fax; 公司=-; 公司网址=website;
公司地址=address; QQ=qq; 客户来源=source; 标签=tags; 跟进人=owner; 最近联系时间=-; 联系次数=-; 备注=remark; 省份=region; 城市=city;
# EC 跟进 | interactions
客户名称=customer_name; 跟进人=recorded_by; 跟进方式=kind; 跟进内容=content; 跟进时间=occurred_at; 下次联系时间=follow_up_on;
# 小满CRM | customers
公司编号=number; 公司名称=name; 简称=short_name; 国家地区=region; 公司主页=website; 规模=headcount; 客户类型=tags; 客户星级=-; 来源=source;
时区=-; 联系地址=address; 固定电话=phone; 传真=fax; 跟进人=owner; 客户阶段=lifecycle; 备注=remark; 联系人昵称=contact_name;
联系人邮箱=contact_email; 联系人电话=contact_phone; 职位=contact_position; 社交平台=-; 最近联系时间=-;
# 励销云 | customers
客户名称=name; 联系人=contact_name; 手机=contact_mobile; 电话=phone; 微信=contact_wechat; QQ=contact_qq; 邮箱=contact_email;
职务=contact_position; 行业=industry; 地区=region; 地址=address; 跟进状态=lifecycle; 负责人=owner; 前负责人=-; 创建人=-; 创建时间=-;
实际跟进时间=-; 来源=source; 备注=remark; 掉库时间=-;
# SAP B1 业务伙伴 | customers
业务伙伴代码=number; 业务伙伴名称=name; 外文名称=-; 组=-; 货币=-; 联邦税号=unified_code; 电话 1=phone; 电话 2=other_phone; 手机=mobile; 传真=fax;
电子邮件=email; 网站=website; 联系人=contact_name; 销售员=owner; 账户余额=-; 付款条款=cheque_use; 备注=remark; 国家/地区=region;
城市=city; 街道=address;
# SAP SD VBAP | orders
销售凭证=number; 项目=-; 创建日期=placed_at; 售达方=customer_number; 售达方名称=customer_name; 物料=product_code;
物料描述=product_name; 订单数量=quantity; 销售单位=product_unit; 净价=unit_price; 净值=amount; 凭证货币=currency;
# Salesforce zh Lead | customers
潜在客户所有人=owner; 名字=-; 姓氏=last_name; 公司=name; 职务=position; 潜在客户来源=source; 潜在客户状态=-; 街道=address; 城市=city;
省/自治区/直辖市=region; 邮政编码=postcode; 国家/地区=region; 电话=phone; 手机=mobile; 电子邮件=email; 评级=-; 行业=industry;
员工数=headcount;
# Salesforce Order Product | orders
Order Number=number; Order Start Date=placed_at; Account Name=customer_name; Product Name=product_name;
Product Code=product_code; Quantity=quantity; Unit Price=unit_price; Total Price=amount;
Order Status=order_state; Order Owner=-;
# Salesforce OpportunityLineItem | orders
Opportunity Name=-; Account Name=customer_name; Close Date=placed_at; Stage=order_state;
Product Name=product_name; Product Code=product_code; Quantity=quantity; Sales Price=unit_price;
Total Price=amount; List Price=-; Opportunity ID=number;
# Salesforce Event | interactions
Subject=content; Start=occurred_at; End=-; Related To=customer_name; Name=-; Location=-;
Assigned To=recorded_by; Description=content; All-Day Event=-; Event Record Type=-;
# Salesforce Case | interactions
Case Number=number; Account Name=customer_name; Contact Name=contact; Subject=content; Description=content;
Case Origin=kind; Status=-; Priority=-; Date/Time Opened=occurred_at; Date/Time Closed=-;
Case Owner=recorded_by; Case Comments=content;
# HubSpot companies zh2 | customers
记录编号=number; 公司名称=name; 公司负责人=general_manager; 创建日期=-; 电话号码=phone; 最后活动日期=-; 城市=city; 国家/地区=region;
行业=industry; 线索状态=-; 生命周期阶段=lifecycle; 年收入=yearly_revenue; 员工数量=headcount; 公司域名=website; 街道地址=address;
州/地区=region; 邮政编码=postcode;
# HubSpot contacts full | contacts
Record ID=number; First Name=first_name; Last Name=last_name; Email=email; Phone Number=phone;
Mobile Phone Number=mobile; Contact owner=owner; Last Activity Date=-; Lead Status=-;
Marketing contact status=-; Create Date=-; Associated Company=customer_name;
Associated Company IDs (Primary)=-; Associated Company (Primary)=-; Job Title=position;
Date of Birth=birthday; Preferred channels=preferred_channel; Original Source=source;
WhatsApp Phone Number=other_phone; Gender=gender; Salutation=salutation; Persona=remark;
Street Address=address; Fax Number=other_phone;
# HubSpot deals line items | orders
Deal ID=number; Deal Name=remark; Close Date=placed_at; Deal Stage=order_state;
Amount in company currency=order_amount; Associated Company (Primary)=customer_name;
Associated Line Item=product_name; Quantity=quantity; Unit price=unit_price; SKU=product_code;
# HubSpot meetings | interactions
Meeting name=content; Meeting start time=occurred_at; Meeting end time=-; Meeting outcome=conclusion;
Meeting description=content; Internal meeting notes=content; Activity assigned to=recorded_by;
Associated Company=customer_name; Associated Contact=contact; Location=-;
# HubSpot notes | interactions
Note body=content; Activity date=occurred_at; Activity assigned to=recorded_by;
Associated Company=customer_name; Associated Contact=contact; Record source=-;
# Zoho Contacts Record | contacts
Record Id=number; Contact Owner=owner; Salutation=salutation; First Name=first_name; Last Name=last_name;
Contact Name=name; Account Name=customer_name; Email=email; Secondary Email=other_email; Phone=phone;
Other Phone=other_phone; Mobile=mobile; Title=position; Department=department; Date of Birth=birthday;
Lead Source=source; Mailing Street=address; Mailing City=address; Mailing State=address; Mailing Zip=address;
Mailing Country=address; Description=remark; Tag=remark; Reporting To=-; Email Opt Out=-; Skype ID=-;
# Zoho Invoices | orders
Invoice Number=number; Invoice Date=placed_at; Account Name=customer_name; Contact Name=-;
Product Name=product_name; Product Code=product_code; Qty=quantity; Unit Price=unit_price; Discount=-; Tax=-;
Total=amount; Grand Total=order_amount; Status=order_state; Due Date=-;
# Zoho Books invoice | orders
Invoice Date=placed_at; Invoice ID=-; Invoice Number=number; Invoice Status=order_state;
Customer ID=customer_number; Customer Name=customer_name; Currency Code=currency; Item Name=product_name;
SKU=product_code; Item Desc=-; Quantity=quantity; Item Price=unit_price; Item Total=amount;
SubTotal=order_amount; Total=-; Balance=-; Sales person=-;
# Zoho Calls | interactions
Call Owner=recorded_by; Subject=content; Call Type=kind; Call Purpose=purpose; Contact Name=contact;
Related To=customer_name; Call Start Time=occurred_at; Call Duration=minutes; Call Result=conclusion;
Description=content;
# EspoCRM Contact raw | contacts
id=number; firstName=first_name; lastName=last_name; salutationName=salutation; accountName=customer_name;
title=position; emailAddress=email; phoneNumber=phone; phoneNumberMobile=mobile; phoneNumberHome=other_phone;
addressStreet=address; addressCity=address; addressState=address; addressPostalCode=address;
description=remark; doNotCall=do_not_call; assignedUserName=owner; createdAt=-;
# EspoCRM Meeting | interactions
Name=-; Status=-; Date Start=occurred_at; Date End=-; Duration=minutes; Description=content; Parent=-;
Account=customer_name; Contacts=contact; Users=-; Assigned User=recorded_by;
# EspoCRM Case | interactions
Number=number; Name=-; Status=-; Priority=-; Type=kind; Account=customer_name; Contact=contact;
Created At=occurred_at; Description=content; Assigned User=recorded_by;
# SuiteCRM Calls | interactions
Subject=content; Direction=direction; Status=-; Start Date=occurred_at; Duration Hours=-;
Duration Minutes=minutes; Description=content; Related To=customer_name; Assigned to=recorded_by; ID=number;
# SuiteCRM Opportunity | orders
Opportunity Name=-; Account Name=customer_name; Expected Close Date=placed_at; Sales Stage=order_state;
Opportunity Amount=amount; Currency=currency; Lead Source=-; Assigned User=-; ID=number;
# SuiteCRM accounts zh | customers
名称=name; ID=number; 网站=website; 电子邮件地址=email; 办公电话=phone; 备用电话=other_phone; 传真=fax; 账单街道=address; 账单城市=city;
账单州=region; 账单邮编=postcode; 账单国家=region; 送货街道=other_address; 送货城市=other_address; 描述=remark; 类型=tags;
行业=industry; 年收入=yearly_revenue; 雇员=headcount; 负责人=owner; 创建日期=-; 修改日期=-;
# Pipedrive Person | contacts
Name=name; Label=remark; Organization=customer_name; Email - Work=email; Email - Home=other_email;
Phone - Work=phone; Phone - Mobile=mobile; Open deals=-; Closed deals=-; Next activity date=next_contact_on;
Owner=owner; Job title=position; Birthday=birthday; Postal address=address;
# Pipedrive Deal | orders
Title=-; Value=amount; Currency of Value=currency; Organization=customer_name; Contact person=-;
Expected close date=-; Won time=placed_at; Status=order_state; Owner=-; Pipeline=-; ID=number;
# Pipedrive Activity | interactions
Subject=content; Type=kind; Due date=occurred_at; Due time=-; Duration=minutes; Organization=customer_name;
Contact person=contact; Note=content; Done=-; Assigned to user=recorded_by; Deal=-;
# Dynamics Contact | contacts
Full Name=name; First Name=first_name; Last Name=last_name; Job Title=position; Company Name=customer_name;
Business Phone=phone; Mobile Phone=mobile; Email=email; Address 1: Street 1=address; Address 1: City=address;
Address 1: State/Province=address; Address 1: ZIP/Postal Code=address; Birthday=birthday; Gender=gender;
Owner=owner; Status=-; Preferred Method of Contact=preferred_channel; Do not allow Phone Calls=do_not_call;
# Dynamics Sales order | orders
Order ID=number; Name=-; Customer=customer_name; Date Created=-; Date Fulfilled=placed_at;
Product=product_name; Quantity=quantity; Price Per Unit=unit_price; Extended Amount=amount;
Total Amount=order_amount; Currency=currency; Status Reason=order_state;
# Freshsales Account | customers
Name=name; Phone=phone; Website=website; Address=address; City=city; State=region; Zipcode=postcode;
Country=region; Number of employees=headcount; Annual revenue=yearly_revenue; Business type=tags;
Industry type=industry; Sales owner=owner; Parent account=through; Tags=tags; Created at=-;
Last contacted time=-;
# Freshsales contacts | contacts
First name=first_name; Last name=last_name; Emails=email; Job title=position; Account=customer_name;
Work=phone; Mobile=mobile; Address=address; City=address; State=address; Zipcode=address; Country=address;
Sales owner=owner; Lifecycle stage=-; Source=source; Medium=remark; Keyword=-; Last contacted time=-;
Facebook=-; Twitter=-; LinkedIn=-; Time zone=-;
# Insightly org | customers
Record Id=number; Organization Name=name; Phone=phone; Fax=fax; Website=website;
Billing Address Street=address; Billing Address City=city; Billing Address State=region;
Billing Address Postal Code=postcode; Billing Address Country=region; Background=remark; Tag 1=tags;
Tag 2=tags; Owner=owner; Date Created=-; Email Domain=-;
# Odoo SO | orders
Order Reference=number; Order Date=placed_at; Customer=customer_name; Salesperson=-;
Order Lines/Product=product_name; Order Lines/Description=-; Order Lines/Quantity=quantity;
Order Lines/Unit Price=unit_price; Order Lines/Subtotal=amount; Status=order_state; Total=order_amount;
# Odoo zh 客户 | customers
名称=name; 显示名称=-; 电话=phone; 手机=mobile; Email=email; 销售员=owner; 活动=-; 城市=city; 国家=region; 公司=through;
税号=unified_code; 标签=tags; 街道=address; 邮编=postcode; 网站=website; 职位=position;
# Odoo zh 订单 | orders
订单关联=number; 订单日期=placed_at; 客户=customer_name; 销售员=-; 订单行/产品=product_name; 订单行/数量=quantity;
订单行/单价=unit_price; 订单行/小计=amount; 状态=order_state; 合计=order_amount;
# QuickBooks | orders
Date=placed_at; Transaction Type=-; Num=number; Customer=customer_name; Product/Service=product_name;
Memo/Description=remark; Qty=quantity; Sales Price=unit_price; Amount=amount; Balance=-;
# Xero | orders
ContactName=customer_name; EmailAddress=-; InvoiceNumber=number; InvoiceDate=placed_at; DueDate=-;
Total=order_amount; InventoryItemCode=product_code; Description=product_name; Quantity=quantity;
UnitAmount=unit_price; Discount=-; LineAmount=amount; AccountCode=-; TaxType=-; Currency=currency;
# Shopify customers | customers
Customer ID=number; First Name=first_name; Last Name=last_name; Email=email; Accepts Email Marketing=-;
Default Address Company=-; Default Address Address1=address; Default Address City=city;
Default Address Country Code=region; Default Address Zip=postcode; Default Address Phone=other_phone; Phone=phone;
Total Spent=-; Total Orders=-; Note=remark; Tax Exempt=-; Tags=tags;
# WooCommerce | orders
Order Number=number; Order Status=order_state; Order Date=placed_at; Customer Note=remark;
First Name (Billing)=-; Last Name (Billing)=-; Company (Billing)=customer_name; Email (Billing)=-;
Payment Method Title=-; Order Total Amount=order_amount; SKU=product_code; Item #=line_no;
Item Name=product_name; Quantity=quantity; Item Cost=unit_price;
# 淘宝 千牛 | orders
订单编号=number; 买家会员名=customer_name; 买家实际支付金额=order_amount; 订单状态=order_state; 收货人姓名=-; 收货地址=-; 联系手机=-;
订单创建时间=placed_at; 订单付款时间=-; 宝贝标题=product_name; 宝贝种类=-; 宝贝总数量=quantity; 店铺名称=-; 订单关闭原因=-;
# 抖店 | orders
主订单编号=number; 子订单编号=-; 选购商品=product_name; 商品规格=product_model; 商品数量=quantity; 商品ID=product_code; 商家编码=-;
商品单价=unit_price; 订单应付金额=order_amount; 运费=-; 优惠总金额=-; 收件人=-; 收件人手机号=-; 订单提交时间=placed_at; 支付完成时间=-;
订单状态=order_state; 售后状态=-;
# 拼多多 | orders
商品=product_name; 订单号=number; 订单状态=order_state; 商品总价(元)=amount; 商家实收金额(元)=order_amount; 商品数量(件)=quantity;
收货人=-; 手机=-; 省=customer_region; 订单成交时间=placed_at; 发货时间=-; 商品id=product_code; 商品规格=product_model; 样式ID=-;
商家编码-规格维度=-;
# 美团收银 | orders
流水号=number; 营业日期=placed_at; 结账时间=-; 会员手机号=-; 菜品名称=product_name; 数量=quantity; 单价=unit_price; 应收金额=amount;
实收金额=-; 支付方式=-; 门店名称=-;
# 客如云 会员 | customers
会员姓名=person_name; 手机号=mobile; 性别=-; 生日=birthday; 会员等级=-; 储值余额=-; 积分=-; 累计消费=-; 消费次数=-; 上次消费时间=-;
入会时间=cooperation_since; 入会门店=-; 会员来源=source;
# UCI online retail II | orders
Invoice=number; StockCode=product_code; Description=product_name; Quantity=quantity; InvoiceDate=placed_at;
Price=unit_price; Customer ID=customer_number; Country=customer_region;
# Instacart/Superstore EU | orders
Row ID=-; Order Priority=-; Discount=-; Unit Price=unit_price; Shipping Cost=-; Customer ID=customer_number;
Customer Name=customer_name; Ship Mode=-; Customer Segment=-; Product Category=product_category;
Product Sub-Category=-; Product Name=product_name; Region=customer_region; State or Province=-; City=-;
Postal Code=-; Order Date=placed_at; Ship Date=-; Profit=-; Quantity ordered new=quantity; Sales=amount;
Order ID=number;
# Olist | orders
order_id=number; customer_unique_id=customer_number; order_status=order_state;
order_purchase_timestamp=placed_at; order_item_id=line_no; product_id=product_code; price=unit_price;
freight_value=-;
# Tafeng | orders
TRANSACTION_DT=placed_at; CUSTOMER_ID=customer_number; AGE_GROUP=-; PIN_CODE=-; PRODUCT_SUBCLASS=-;
PRODUCT_ID=product_code; AMOUNT=amount; ASSET=-; SALES_PRICE=unit_price;
# Dunnhumby | orders
household_key=customer_number; BASKET_ID=number; DAY=-; PRODUCT_ID=product_code; QUANTITY=quantity;
SALES_VALUE=amount; STORE_ID=-; RETAIL_DISC=-; TRANS_TIME=-; WEEK_NO=-;
# Acquire valued | orders
id=number; chain=-; dept=-; category=product_category; company=customer_name; brand=-; date=placed_at;
productsize=-; productmeasure=product_unit; purchasequantity=quantity; purchaseamount=amount;
# Retail shopping Istanbul | orders
invoice_no=number; customer_id=customer_number; gender=-; age=-; category=product_category;
quantity=quantity; price=unit_price; payment_method=-; invoice_date=placed_at; shopping_mall=-;
# Chinook Invoice | orders
InvoiceId=number; CustomerId=customer_number; InvoiceDate=placed_at; BillingAddress=-; BillingCity=-;
BillingCountry=customer_region; Total=amount;
# Northwind Orders | orders
OrderID=number; CustomerID=customer_number; EmployeeID=-; OrderDate=placed_at; RequiredDate=-; ShippedDate=-;
ShipVia=-; Freight=-; ShipName=-; ProductID=product_code; UnitPrice=unit_price; Quantity=quantity;
Discount=discount;
# Northwind customers | customers
CustomerID=number; CompanyName=name; ContactName=contact_name; ContactTitle=contact_position;
Address=address; City=city; Region=region; PostalCode=postcode; Country=region; Phone=phone; Fax=fax;
# AdventureWorks | orders
SalesOrderNumber=number; OrderDate=placed_at; CustomerKey=customer_number; CustomerName=customer_name;
ProductKey=product_code; OrderQuantity=quantity; UnitPrice=unit_price; SalesAmount=amount;
TotalProductCost=cost; TaxAmt=-; Freight=-;
# classicmodels | orders
ORDERNUMBER=number; QUANTITYORDERED=quantity; PRICEEACH=unit_price; ORDERLINENUMBER=line_no; SALES=amount;
ORDERDATE=placed_at; STATUS=order_state; QTR_ID=-; PRODUCTLINE=product_category; MSRP=-;
PRODUCTCODE=product_code; CUSTOMERNAME=customer_name; PHONE=-; ADDRESSLINE1=-; CITY=-;
COUNTRY=customer_region; CONTACTLASTNAME=-; DEALSIZE=-;
# Kaggle people | contacts
User Id=number; First Name=first_name; Last Name=last_name; Sex=gender; Email=email; Phone=phone;
Date of birth=birthday; Job Title=position;
# Kaggle customers-100 | customers
Index=-; Customer Id=number; First Name=first_name; Last Name=last_name; Company=name; City=city;
Country=region; Phone 1=phone; Phone 2=other_phone; Email=email; Subscription Date=-; Website=website;
# Kaggle organizations | customers
Index=-; Organization Id=number; Name=name; Website=website; Country=region; Description=remark;
Founded=founded_on; Industry=industry; Number of employees=headcount;
# Kaggle leads | customers
Index=-; Account Id=-; Lead Owner=owner; First Name=first_name; Last Name=last_name; Company=name;
Phone 1=phone; Phone 2=other_phone; Email 1=email; Email 2=-; Website=website; Source=source; Deal Stage=-;
Notes=remark;
# Google contacts | contacts
First Name=first_name; Middle Name=-; Last Name=last_name; Phonetic First Name=-; Nickname=-; File As=-;
Organization Name=customer_name; Organization Title=position; Organization Department=department;
Birthday=birthday; Notes=remark; Photo=-; Labels=remark; E-mail 1 - Label=-; E-mail 1 - Value=email;
Phone 1 - Label=-; Phone 1 - Value=phone; Address 1 - Formatted=address; Website 1 - Value=website;
# Outlook contacts | contacts
Title=salutation; First Name=first_name; Middle Name=-; Last Name=last_name; Suffix=-; Company=customer_name;
Department=department; Job Title=position; Business Street=address; Business City=address;
Business Postal Code=address; Business Phone=phone; Home Phone=other_phone; Mobile Phone=mobile;
E-mail Address=email; E-mail 2 Address=other_email; Birthday=birthday; Web Page=website; Notes=remark;
# 通讯录 iPhone | contacts
姓=last_name; 名=first_name; 公司=customer_name; 部门=department; 职务=position; 手机=mobile; 住宅电话=other_phone;
工作电话=phone; 电子邮件=email; 生日=birthday; 备注=remark; 地址=address;
# 名片全能王 | contacts
姓名=name; 公司=customer_name; 部门=department; 职位=position; 手机=mobile; 电话=phone; 传真=other_phone; 邮箱=email;
地址=address; 网址=website; QQ=qq; 微信=wechat; 备注=remark; 分组=remark; 创建时间=-;
# 数据库表导出 | customers
CUST_NO=number; CUST_NM=name; CUST_TP=-; CNTCT_PSN=contact_name; MBL_NO=contact_mobile; TEL_NO=phone; PROV=region; CITY_NM=city; ADDR=address;
CRT_DTTM=-; LAST_UPD_DTTM=-; OWNR_NM=owner; STS_CD=-; USCC=unified_code; LEGAL_PSN_NM=legal_representative; RMK=remark;
# 手工销售台账 | orders
日期=placed_at; 单号=number; 客户=customer_name; 货品=product_name; 规格=product_model; 数量=quantity; 单价=unit_price; 金额=amount; 业务员=-;
备注=remark;
# 手工跟进表 | interactions
客户=customer_name; 跟进时间=occurred_at; 跟进方式=kind; 跟进内容=content; 跟进人=recorded_by; 下次跟进=follow_up_on;
# 餐饮名录 | customers
编号=number; 店名=name; 地址=address; 电话=phone; 菜系=-;
# 登记表手工 | customers
客户全称=name; 客户简称=short_name; 单位性质=tags; 法人代表=legal_representative; 总经理=general_manager; 联系人=contact_name;
职务=contact_position; 联系电话=phone; 手机=contact_mobile; 传真=fax; E-mail=contact_email; 地址=address; 邮编=postcode;
开户行=bank; 账号=bank_account; 税号=unified_code; 主营业务=main_business; 成立时间=founded_on; 注册资金=-; 员工人数=headcount;
年营业额=yearly_revenue; 合作时间=cooperation_since; 付款方式=cheque_use; 客户等级=-; 业务员=owner; 备注=remark;
"""


@pytest.mark.parametrize(
    ("system", "kind", "columns"), systems_of(SYSTEMS), ids=[each[0] for each in systems_of(SYSTEMS)]
)
def test_every_column_is_known(system, kind, columns) -> None:
    made = suggest_mapping(KINDS[kind], list(columns))
    assert {one.header: one.field or "-" for one in made} == columns, system
