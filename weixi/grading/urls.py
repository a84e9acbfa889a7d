from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.grading.views import customer, runs, tables

urlpatterns: list[URLPattern | URLResolver] = [
    path("", runs.run_list, name="grading"),
    path("new/", runs.new_run, name="grading-new"),
    path("<int:pk>/", runs.run_detail, name="grading-run"),
    path("<int:pk>/rows/", runs.include_rows, name="grading-rows"),
    path("<int:pk>/approve/", runs.approve, name="grading-approve"),
    path("<int:pk>/return/", runs.return_run, name="grading-return"),
    path("table/", tables.table, name="grading-table"),
    path("table.xlsx", tables.table_xlsx, name="grading-table-xlsx"),
    path("register/", tables.register, name="grading-register"),
    path("register.xlsx", tables.register_xlsx, name="grading-register-xlsx"),
    path("service-standards/", tables.service_standards, name="grading-service-standards"),
    path("service-standards.xlsx", tables.service_standards_xlsx, name="grading-service-standards-xlsx"),
    path("gaps/", tables.gaps, name="grading-gaps"),
    path("gaps/<str:grade>/", tables.gap_counts, name="grading-gap-counts"),
    path("history/", tables.history, name="grading-history"),
    path("customers/<int:pk>/judge/", customer.judge, name="grading-judge"),
    path("customers/<int:pk>/override/", customer.override, name="grading-override"),
    path("customers/<int:pk>/evaluation/", customer.evaluation, name="grading-evaluation"),
    path("overrides/<int:pk>/decide/", customer.decide_override, name="grading-override-decide"),
    path("overrides/<int:pk>/end/", customer.end_override, name="grading-override-end"),
]
