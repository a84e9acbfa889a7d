from __future__ import annotations

from django.urls import URLPattern, path

from weixi.customers.exporting import views

urlpatterns: list[URLPattern] = [
    path("", views.exports, name="exports"),
    path("new/", views.new_export, name="export-new"),
    path("<int:pk>/", views.show, name="export"),
    path("<int:pk>/decide/", views.decide, name="export-decide"),
    path("<int:pk>/file/", views.fetch, name="export-file"),
]
