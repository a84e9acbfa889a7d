"""Every operation of the API. `name` is its operation id; BODIES has what each write needs to reach the
decision, with `$kind` for the id of an object of the owner."""

from __future__ import annotations

from typing import Any

from tests.security.matrix.table import read_table

OPERATIONS = read_table("""
me                      GET     -                            person
list_customers          GET     -                            person
create                  POST    -                            customers.edit
get_customer            GET     customer_id=customer         seen
patch_customer          PATCH   customer_id=customer         seen+customers.edit
list_duplicates         GET     -                            customers.edit
merge_customer          POST    customer_id=customer         seen+customers.archive
archive                 POST    customer_id=customer         seen+customers.archive
restore                 POST    customer_id=customer         seen+customers.archive
assign                  POST    customer_id=customer         seen+customers.assign
share                   POST    customer_id=customer         seen+customers.assign
list_contacts           GET     customer_id=customer         seen
create_contact          POST    customer_id=customer         seen+customers.edit
get_contact             GET     contact_id=contact           seen
patch_contact           PATCH   contact_id=contact           seen+customers.edit
delete_contact          DELETE  contact_id=contact           seen+customers.edit
state_known_change      POST    customer_id=customer         seen+customers.edit
get_people_map          GET     customer_id=customer         seen
patch_place             PATCH   contact_id=contact           seen+customers.edit
list_occasions          GET     -                            person
get_occasion            GET     occasion_id=occasion         seen
create_occasion         POST    -                            seen+customers.edit
patch_occasion          PATCH   occasion_id=occasion         seen+customers.edit
call_off_occasion       DELETE  occasion_id=occasion         seen+customers.edit
restore_occasion        POST    occasion_id=occasion         seen+customers.edit
list_files              GET     customer_id=customer         seen
upload_file             POST    customer_id=customer         seen+customers.edit
get_file_content        GET     file_id=attachment           seen
delete_file             DELETE  file_id=attachment           seen+customers.edit
list_views              GET     -                            person
get_view                GET     view_id=@public_view         person
ask_export              POST    -                            customers.export
get_export              GET     export_id=export             self|exports.approve|audit.view
fetch_export            POST    export_id=export             self+customers.export
list_orders             GET     -                            person
get_order               GET     order_id=order               seen
create_order            POST    -                            seen+orders.edit
patch_order             PATCH   order_id=order               seen+orders.edit
list_contracts          GET     -                            person
get_contract            GET     contract_id=contract         seen
create_contract         POST    -                            seen+orders.edit
finish_contract         POST    contract_id=contract         seen+orders.edit
patch_contract          PATCH   contract_id=contract         seen+orders.edit
create_return           POST    order_id=order               seen+orders.edit
list_interactions       GET     -                            person
get_interaction         GET     interaction_id=interaction   seen
create_interaction      POST    -                            seen+interactions.record
patch_interaction       PATCH   interaction_id=interaction   seen+interactions.record+duties.waive|self
finish_followup         POST    followup_id=followup         seen+interactions.record
list_duties             GET     -                            person
get_duty                GET     duty_id=duty                 seen
waive                   POST    duty_id=duty                 seen+duties.waive
waive_period            POST    -                            seen+duties.waive
list_grading_runs       GET     -                            person
start_grading_run       POST    -                            grading.run
get_grading_run         GET     run_id=@run                  person
list_grading_results    GET     run_id=@run                  person
approve_grading_run     POST    run_id=@run                  @approver
return_grading_run      POST    run_id=@run                  @approver
get_grading_table       GET     -                            person
list_contact_consents   GET     contact_id=contact           seen
give_contact_consent    POST    contact_id=contact           seen+customers.edit
withdraw_contact_consent POST   contact_id=contact           seen+customers.edit
list_imports            GET     -                            customers.import
get_import              GET     import_id=import             customers.import+self|system.manage
upload_import           POST    -                            customers.import+customers.edit
match_import            POST    import_id=import             customers.import+self|system.manage
start_import            POST    import_id=checked_import             customers.import+self|system.manage
cancel_import           POST    import_id=import             customers.import+self|system.manage
get_import_errors       GET     import_id=import             customers.import+self|system.manage
undo_ahead              GET     import_id=ended_import       customers.import+self|system.manage
undo_import             POST    import_id=ended_import       customers.import+self|system.manage
list_events             GET     -                            person
""")

# What a token must have been made for, where it is not `read` for GET and `write` for the rest.
SCOPES = {
    "ask_export": "export",
    "fetch_export": "export",
    "approve_grading_run": "admin",
    "return_grading_run": "admin",
}

BODIES: dict[str, Any] = {
    "create": {"name": "新客户"},
    "patch_customer": {"region": "华东"},
    "archive": {"reason": "重复"},
    "merge_customer": {"into": "$twin"},
    "restore": {},
    "assign": {"owner": None},
    "share": {"co_owner": None},
    "create_contact": {"name": "李工"},
    "patch_contact": {"position": "经理"},
    "create_occasion": {"customer_id": "$customer", "kind": "opening", "day": "2030-01-01"},
    "patch_occasion": {"day": "2030-01-02"},
    "restore_occasion": {},
    "delete_file": {"reason": "传错了"},
    "ask_export": {"kind": "customers", "format": "csv", "reason": "年度盘点"},
    "create_order": {
        "customer_id": "$customer", "number": "SO-NEW", "placed_at": "2026-01-05T10:00:00+08:00",
        "lines": [{"amount": "1.00"}],
    },
    "patch_order": {"remark": "改价", "version": 1},
    "create_contract": {
        "customer_id": "$customer", "number": "CT-NEW", "title": "年度框架", "signed_on": "2026-01-05",
    },
    "finish_contract": {"ended_on": "2099-12-31"},
    "patch_contract": {"title": "年度框架二", "version": 1},
    "create_return": {},
    "create_interaction": {"customer_id": "$customer", "kind": "call"},
    "patch_interaction": {"need": "备件"},
    "finish_followup": {"result": "寄了"},
    "waive": {"reason": "已停产"},
    "waive_period": {"customer_id": "$customer", "key": "$duty_key", "reason": "已停产"},
    "state_known_change": {"what": "采购换人"},
    "patch_place": {"note": "拍板的人"},
    "match_import": {"columns": {"编号": "number", "名称": "name"}},
    "start_import": {},
    "cancel_import": {},
    "undo_import": {},
    "start_grading_run": {},
    "approve_grading_run": {},
    "return_grading_run": {"note": "再看看"},
    "give_contact_consent": {"purpose": "售后服务", "channel": "email", "evidence": "表单"},
    "withdraw_contact_consent": {"purpose": "售后服务", "channel": "email", "how": "来电"},
}  # fmt: skip
# Operations whose body is the file itself, and what their address says of it.
FILES = {
    "upload_file": (b"hello", "?name=notes.txt"),
    "upload_import": ("编号,名称\nA-1,甲厂\n".encode(), "?kind=customers&name=a.csv"),
}
# Operations whose object stands in the body.
BODY_OBJECTS = {"create_order", "create_occasion", "create_contract", "create_interaction", "waive_period"}
