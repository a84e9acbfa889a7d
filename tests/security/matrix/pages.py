"""Every page and form of the site. See table.py for the language and docs/recipes/add-a-route.md."""

from __future__ import annotations

from tests.security.matrix.table import read_table

PAGES = read_table("""
# --- the shell
home                            GET        -                          person
today                           GET        -                          person
team                            GET        -                          team.view
plan                            GET        -                          person
occasion-new                    GET,POST   pk=customer                seen+customers.edit     kind=opening&day=2030-01-01
occasion-edit                   GET,POST   pk=occasion                seen+customers.edit     kind=opening&day=2030-01-01
occasion-remove                 POST       pk=occasion                seen+customers.edit
occasion-restore                POST       pk=occasion                seen+customers.edit
visits                          GET        -                          person
visit-choose                    GET,POST   pk=customer                seen+customers.edit     reason=年度走访
visit-end                       GET,POST   pk=customer                seen+customers.edit
visit-plan                      GET,POST   pk=customer                seen+interactions.record  day=2999-01-01
service-plan                    GET        -                          person
service-plan-print              GET        -                          person
service-plan-xlsx               POST       -                          customers.export
duty                            GET        pk=duty                    seen
duty                            POST       pk=duty                    seen+duties.waive       reason=已停产
catch-up                        GET        pk=@downtime               person
interaction-new                 GET,POST   -                          interactions.record
interaction-settles             GET        -                          interactions.record
interactions-incomplete         GET        -                          person
interaction-complete            GET,POST   pk=interaction             seen+interactions.record+duties.waive|self  participants=x
followup-line                   GET        -                          interactions.record
healthz                         GET        -                          anyone
login                           GET,POST   -                          anyone
login-code                      GET,POST   -                          leaves
logout                          POST       -                          leaves
language                        POST       -                          anyone
me                              GET        -                          person
password                        GET,POST   -                          person
second-factor                   GET        -                          person
second-factor-begin             POST       -                          person                  password=x
second-factor-confirm           POST       -                          person                  code=000000
second-factor-codes             POST       -                          person                  password=x
second-factor-remove            POST       -                          person                  password=x
preferences                     POST       -                          person
notices                         GET        -                          person
notice                          POST       pk=notice                  self
notices-read                    POST       -                          person
search                          GET        -                          person
palette                         GET        -                          person
palette-pin                     POST       -                          person                  pin=commands:page.today
palette-opened                  POST       -                          person                  item=commands:page.today
styleguide                      GET        -                          system.manage

# --- customers
customers                       GET        -                          person
customers-counts                GET        -                          person
customers-count                 GET        -                          person
customers-columns               GET,POST   -                          person
exports                         GET        -                          person
export-new                      GET,POST   -                          customers.export        kind=customers&format=csv&reason=年度盘点
export                          GET        pk=export                  self|exports.approve|audit.view
export-decide                   POST       pk=export                  exports.approve         answer=no&hash=x
export-file                     POST       pk=export                  self+customers.export
customers-filter                GET        -                          person
customers-board-more            GET        -                          person                  group=board.lifecycle&lane=new
customers-through               GET        -                          person
customers-cell                  GET,POST   pk=customer,code==city     seen+customers.edit     city=x
customer-look                   GET        pk=customer                seen
customers-views                 GET        -                          person
customers-view-new              GET,POST   -                          person                  name=视图&audience=own
customers-view-edit             GET,POST   pk=view                    self                    name=视图&audience=own
customers-view-remove           POST       pk=view                    self
customers-view-back             POST       pk=gone_view               self
customers-view-open-with        POST       pk=view                    self
customers-pick                  GET        -                          person
contacts-pick                   GET        -                          person
tags-pick                       GET        -                          person
customers-bulk-assign           POST       -                          customers.assign
customers-bulk-value            GET        -                          customers.edit           ?field=city
customers-bulk                  POST       act==lifecycle             customers.edit
customers-act                   GET        pk=act                     self
customers-act-undo              POST       pk=act                     self+customers.edit
customers-bulk-tag              POST       -                          customers.edit
customers-hand-over             GET,POST   -                          customers.assign
customers-similar               GET        -                          person                  name=上海
customer                        GET        pk=customer                seen
customer-side                   GET        pk=customer                seen
customer-tabs                   GET        pk=customer                seen
customer-new                    GET,POST   -                          customers.edit
customer-edit                   GET,POST   pk=customer                seen+customers.edit
customers-join                  GET,POST   -                          customers.edit
customers-merge                 GET,POST   pk=customer,other=twin     seen+customers.archive
duplicates                      GET        -                          customers.edit
duplicates-scan                 POST       -                          customers.archive
duplicate                       GET,POST   pk=pair                    seen+customers.archive
duplicate-dismiss               POST       pk=pair                    seen+customers.edit
duplicate-reopen                POST       pk=pair                    seen+customers.edit
duplicate-link                  POST       pk=pair                    seen+customers.edit
merge-undo                      POST       pk=merge                   seen+customers.archive
group-unlink                    POST       pk=link                    seen+customers.edit
customer-archive                GET,POST   pk=customer                seen+customers.archive
customer-restore                POST       pk=customer                seen+customers.archive
customer-lifecycle              GET,POST   pk=customer                seen+customers.edit
customer-owner                  GET,POST   pk=customer                seen+customers.assign
customer-co-owner               GET,POST   pk=customer                seen+customers.assign
customer-known-change           GET,POST   pk=customer                seen+customers.edit
customer-tag                    POST       pk=customer                seen+customers.edit
paper-templates                 GET        -                          system.manage
paper-sample                    GET        -                          system.manage
paper-template-keep             POST       kind==form                 system.manage
paper-template-end              POST       kind==form                 system.manage
customer-paper                  GET        pk=customer,kind==form     seen
customer-paper-file             GET        pk=customer,kind==form,suffix==docx  seen
customer-files                  GET        pk=customer                seen
attachment-add                  POST       pk=customer                seen+customers.edit
attachment                      GET        pk=attachment              seen
attachment-remove               GET,POST   pk=attachment              seen+customers.edit     reason=x
customer-field                  GET,POST   pk=customer,key==source   seen+customers.edit     source=x
customer-put-back               POST       pk=customer,event=change,key==city  seen+customers.edit
contact-field                   GET,POST   pk=contact,key==position  seen+customers.edit     position=x
customer-reveal                 GET,POST   pk=customer                seen+personal.reveal    field=bank
who-sees                        GET        -                          roles.manage
customer-access                 GET        pk=customer                seen+audit.view
contact-reveal                  GET,POST   pk=contact                 seen+personal.reveal    field=contact_birthday
contact-new                     GET,POST   pk=customer                seen+customers.edit
contact-edit                    GET,POST   pk=contact                 seen+customers.edit
contact-place                   GET,POST   pk=contact                 seen+customers.edit
contact-remove                  POST       pk=contact                 seen+customers.edit

# --- data
quality                         GET        -                          person
quality-count                   POST       -                          customers.edit
customer-enrich                 GET,POST   pk=customer                seen+customers.edit
data-standard                   GET        -                          person
standard-field-new              GET,POST   -                          standard.edit
standard-field                  GET,POST   pk=@field                  standard.edit
standard-field-retire           POST       pk=@field                  standard.edit
standard-field-restore          POST       pk=@retired_field          standard.edit

# --- commerce
transactions-chart              GET        customer=customer          seen                    ?months=24
orders                          GET        customer=customer          seen
order                           GET        pk=order                   seen
order-new                       GET,POST   customer=customer          seen+orders.edit
order-edit                      GET,POST   pk=order                   seen+orders.edit
contract-edit                   GET,POST   pk=contract                seen+orders.edit
order-take-back                 GET,POST   pk=order                   seen+orders.edit
contract-new                    GET,POST   customer=customer          seen+orders.edit
contract-renew                  GET,POST   pk=contract                seen+orders.edit
contract-end                    GET,POST   pk=contract                seen+orders.edit
asset-new                       GET,POST   customer=customer          seen+orders.edit

# --- grading
grading                         GET        -                          person
grading-new                     GET,POST   -                          grading.run
grading-run                     GET        pk=@run                    person
grading-rows                    POST       pk=@run                    grading.run|@approver
grading-approve                 POST       pk=@run                    @approver
grading-return                  GET        pk=@run                    person
grading-return                  POST       pk=@run                    @approver               note=再看看
grading-table                   GET        -                          person
grading-table-xlsx              POST       -                          customers.export
grading-register                GET        -                          person
grading-register-xlsx           GET        -                          person
grading-register-pdf            GET        -                          person
grading-table-pdf               POST       -                          customers.export
grading-service-standards-pdf   GET        -                          person
grading-service-standards       GET        -                          person
grading-service-standards-xlsx  GET        -                          person
grading-gaps                    GET        -                          person
grading-gap-counts              GET        grade==high                person
grading-history                 GET        -                          person
grading-judge                   GET,POST   pk=customer                grading.judge+seen
grading-override                GET        pk=customer                seen
grading-override                POST       pk=customer                seen+@override_asker    grade=high&reason=x&expires_on=2099-01-01
grading-override-decide         POST       pk=override                seen+@override_approver approve=1
grading-override-end            POST       pk=override                seen+@override_approver
grading-evaluation              GET        pk=customer                seen

# --- duties by clause
duties                          GET        -                          person
clause-duties                   GET        number==A-1                person

# --- the policy
policy                          GET        -                          person
policy-clause                   GET        number==A-1                person
policy-versions                 GET        -                          person
policy-version                  GET        pk=@version                person
policy-kept                     GET        pk=@version                person
policy-compare                  GET        pk=@version                person
policy-print                    GET        pk=@version                person
policy-file                     GET        pk=@version                person
policy-draft                    POST       -                          policy.draft
policy-preset                   GET,POST   -                          policy.draft
policy-upload                   GET,POST   -                          policy.draft
policy-upload-into              GET,POST   pk=@draft                  policy.draft
policy-submit                   POST       pk=@draft                  policy.draft
policy-take-back                POST       pk=@draft                  policy.draft
policy-approve                  POST       pk=@draft                  policy.approve
policy-return                   GET,POST   pk=@draft                  policy.approve
policy-activate                 POST       pk=@draft                  policy.approve
policy-drop                     POST       pk=@draft                  policy.draft
policy-value                    GET,POST   pk=@draft                  policy.draft            ?path=policy.name
policy-rule                     GET,POST   pk=@draft                  policy.draft            ?kind=deadline
policy-rule-remove              POST       pk=@draft                  policy.draft            ?clause=A-3
policy-grading                  GET        pk=@draft                  person
policy-indicator                GET,POST   pk=@draft                  policy.draft
policy-indicator-remove         POST       pk=@draft                  policy.draft            ?key=need_strength
holiday-years                   GET        -                          person
holiday-upload                  GET,POST   -                          policy.draft
holiday-year                    GET,POST   year==2026                 policy.draft

# --- the importer: a run is its maker's alone, and of who manages the installation
import                          GET        -                          customers.import
import-new                      GET,POST   -                          customers.import
import-sample                   GET        kind==customers            customers.import
import-run                      GET        pk=import                  customers.import+self|system.manage
import-map                      GET,POST   pk=import                  customers.import+self|system.manage
import-read                     POST       pk=import                  customers.import+self|system.manage
import-answer                   POST       pk=import                  customers.import+self|system.manage
import-start                    POST       pk=import                  customers.import+self|system.manage
import-again                    POST       pk=import                  customers.import+self|system.manage
import-cancel                   POST       pk=import                  customers.import+self|system.manage
import-pause                    POST       pk=import                  customers.import+self|system.manage
import-undo                     GET,POST   pk=ended_import            customers.import+self|system.manage
import-rows                     GET        pk=import,figure==new     customers.import+self|system.manage
import-error-file               GET        pk=import                  customers.import+self|system.manage

# --- personal data
safekeeping                     GET        -                          system.manage
safekeeping-backup              POST       -                          system.manage
safekeeping-try                 POST       -                          system.manage
safekeeping-outgoing            POST       -                          system.manage
safekeeping-retention           POST       -                          system.manage
privacy                         GET        -                          personal.manage
privacy-people                  GET        -                          personal.manage
person-readmit                  GET,POST   -                          personal.manage         text=x&evidence=y
privacy-retention               POST       -                          personal.manage
person-answer                   GET,POST   pk=personrequest           seen+personal.manage    granted=yes&answer=好
person-data                     GET        kind==contact,pk=contact   seen
consent-give                    GET,POST   kind==contact,pk=contact   seen+customers.edit
consent-withdraw                GET,POST   kind==contact,pk=contact   seen+customers.edit
person-ask                      GET,POST   kind==contact,pk=contact   seen+customers.edit
person-copy                     GET,POST   kind==contact,pk=contact   seen+personal.manage
person-erase                    GET,POST   kind==contact,pk=contact   seen+personal.manage

# --- people
people                          GET        -                          people.manage
people-pick                     GET        -                          person
person                          GET        pk=@person                 people.manage
person-new                      GET,POST   -                          people.manage
person-edit                     GET,POST   pk=@person                 people.manage
person-password                 GET,POST   pk=@person                 people.manage
person-factor-reset             POST       pk=@person                 people.manage
person-leave                    GET,POST   pk=@person                 people.manage
person-enable                   POST       pk=@person                 people.manage
departments                     GET        -                          people.manage
department-new                  GET,POST   -                          people.manage
department-edit                 GET,POST   pk=@department             people.manage
roles                           GET        -                          roles.manage
role                            GET        role==sales                roles.manage
role                            POST       role==sales                roles.manage            scope=own
role-reset                      POST       role==sales                roles.manage
my-tokens                       GET        -                          person
person-tokens                   GET        pk=user                    system.manage|self
person-tokens                   POST       pk=user                    system.manage|self      name=x&scopes=read&days=30
token-revoke                    POST       pk=user,token_pk=token     system.manage|self

# --- the API beside its operations
api:openapi                     GET        -                          person
api:docs                        GET        -                          person
""")
