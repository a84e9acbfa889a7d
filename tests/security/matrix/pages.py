"""Every page and form of the site. See table.py for the language and docs/recipes/add-a-route.md."""

from __future__ import annotations

from tests.security.matrix.table import read_table

PAGES = read_table("""
# --- the shell
home                            GET        -                          person
today                           GET        -                          person
team                            GET        -                          team.view
plan                            GET        -                          person
duty                            GET        pk=duty                    seen
duty                            POST       pk=duty                    seen+duties.waive       reason=已停产
catch-up                        GET        pk=@downtime               person
interaction-new                 GET,POST   -                          interactions.record
interaction-settles             GET        -                          interactions.record
followup-line                   GET        -                          interactions.record
healthz                         GET        -                          anyone
login                           GET,POST   -                          anyone
logout                          POST       -                          leaves
language                        POST       -                          anyone
me                              GET        -                          person
password                        GET,POST   -                          person
preferences                     POST       -                          person
notices                         GET        -                          person
notice                          POST       pk=notice                  self
notices-read                    POST       -                          person
search                          GET        -                          person
palette                         GET        -                          person
styleguide                      GET        -                          system.manage

# --- customers
customers                       GET        -                          person
customers-counts                GET        -                          person
customers-count                 GET        -                          person
customers-columns               POST       -                          person
customers-pick                  GET        -                          person
contacts-pick                   GET        -                          person
tags-pick                       GET        -                          person
customers-bulk-assign           POST       -                          customers.assign
customers-bulk-tag              POST       -                          customers.edit
customers-hand-over             GET,POST   -                          customers.assign
customers-similar               GET        -                          person                  name=上海
customer                        GET        pk=customer                seen
customer-new                    GET,POST   -                          customers.edit
customer-edit                   GET,POST   pk=customer                seen+customers.edit
customer-archive                GET,POST   pk=customer                seen+customers.archive
customer-restore                POST       pk=customer                seen+customers.archive
customer-lifecycle              GET,POST   pk=customer                seen+customers.edit
customer-owner                  GET,POST   pk=customer                seen+customers.assign
customer-known-change           GET,POST   pk=customer                seen+customers.edit
customer-tag                    POST       pk=customer                seen+customers.edit
contact-new                     GET,POST   pk=customer                seen+customers.edit
contact-edit                    GET,POST   pk=contact                 seen+customers.edit
contact-remove                  POST       pk=contact                 seen+customers.edit

# --- commerce
orders                          GET        customer=customer          seen
order                           GET        pk=order                   seen
order-new                       GET,POST   customer=customer          seen+orders.edit
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
grading-table-xlsx              GET        -                          customers.export
grading-register                GET        -                          person
grading-service-standards       GET        -                          person
grading-service-standards-xlsx  GET        -                          person
grading-history                 GET        -                          person
grading-judge                   GET,POST   pk=customer                grading.judge+seen
grading-override                GET        pk=customer                seen
grading-override                POST       pk=customer                seen+@override_asker    grade=high&reason=x&expires_on=2099-01-01
grading-override-decide         POST       pk=override                seen+@override_approver approve=1
grading-override-end            POST       pk=override                seen+@override_approver
grading-evaluation              GET        pk=customer                seen

# --- people
people                          GET        -                          people.manage
people-pick                     GET        -                          person
person                          GET        pk=@person                 people.manage
person-new                      GET,POST   -                          people.manage
person-edit                     GET,POST   pk=@person                 people.manage
person-password                 GET,POST   pk=@person                 people.manage
person-disable                  POST       pk=@person                 people.manage
person-enable                   POST       pk=@person                 people.manage
departments                     GET        -                          people.manage
department-new                  GET,POST   -                          people.manage
department-edit                 GET,POST   pk=@department             people.manage
my-tokens                       GET        -                          person
person-tokens                   GET        pk=user                    self|system.manage
person-tokens                   POST       pk=user                    self|system.manage      name=x&scopes=read&days=30
token-revoke                    POST       pk=user,token_pk=token     self|system.manage

# --- the API beside its operations
api:openapi                     GET        -                          person
api:docs                        GET        -                          person
""")
