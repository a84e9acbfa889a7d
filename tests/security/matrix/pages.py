"""Every page and form of the site. See table.py for the language and docs/recipes/add-a-route.md."""

from __future__ import annotations

from tests.security.matrix.table import read_table

PAGES = read_table("""
# --- the shell
home                            GET        -                          person
today                           GET        -                          person
team                            GET        -                          team.view
plan                            GET        -                          person
duty                            GET,POST   pk=duty                    seen
catch-up                        GET        pk=@downtime               person
interaction-new                 GET,POST   -                          interactions.record
interaction-settles             GET        -                          interactions.record
followup-line                   GET        -                          interactions.record
healthz                         GET        -                          anyone
login                           GET,POST   -                          anyone
logout                          POST       -                          anyone
language                        POST       -                          anyone
me                              GET        -                          person
password                        GET,POST   -                          person
preferences                     POST       -                          person
notices                         GET        -                          person
notices-read                    POST       -                          person
search                          GET        -                          person
palette                         GET        -                          person
styleguide                      GET        -                          person

# --- grading
grading                         GET        -                          person
grading-new                     GET,POST   -                          grading.run
grading-run                     GET        pk=@run                    person
grading-table                   GET        -                          person
grading-table-xlsx              GET        -                          customers.export
grading-register                GET        -                          person
grading-service-standards       GET        -                          person
grading-service-standards-xlsx  GET        -                          person
grading-history                 GET        -                          person
grading-judge                   GET,POST   pk=customer                grading.judge+seen
grading-evaluation              GET        pk=customer                seen

# --- people
people                          GET        -                          person
people-pick                     GET        -                          person
person                          GET        pk=@person                 person
person-new                      GET,POST   -                          people.manage
person-edit                     GET,POST   pk=@person                 people.manage
person-password                 GET,POST   pk=@person                 people.manage
person-disable                  POST       pk=@person                 people.manage
person-enable                   POST       pk=@person                 people.manage
departments                     GET        -                          person
department-new                  GET,POST   -                          people.manage
department-edit                 GET,POST   pk=@department             people.manage
my-tokens                       GET        -                          person

# --- the API beside its operations
api:openapi                     GET        -                          person
api:docs                        GET        -                          person
""")
