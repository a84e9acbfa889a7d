"""Addresses of the importer, under `customers/import/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.customers.importing import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.imports, name="import"),
    path("new/", views.new_import, name="import-new"),
    path("table/<slug:kind>/", views.sample, name="import-sample"),
    path("<int:pk>/", views.show, name="import-run"),
    path("<int:pk>/columns/", views.match, name="import-map"),
    path("<int:pk>/read/", views.read_otherwise, name="import-read"),
    path("<int:pk>/answer/", views.answer, name="import-answer"),
    path("<int:pk>/start/", views.act, {"what": "start"}, name="import-start"),
    path("<int:pk>/again/", views.act, {"what": "again"}, name="import-again"),
    path("<int:pk>/pause/", views.act, {"what": "pause"}, name="import-pause"),
    path("<int:pk>/undo/", views.take_back, name="import-undo"),
    path("<int:pk>/cancel/", views.act, {"what": "cancel"}, name="import-cancel"),
    path("<int:pk>/rows/<slug:figure>/", views.run_rows, name="import-rows"),
    path("<int:pk>/errors/", views.error_file, name="import-error-file"),
]
