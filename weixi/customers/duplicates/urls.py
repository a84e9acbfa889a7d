"""Addresses of duplicates, merges and groups, under `customers/duplicates/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.customers.duplicates import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.duplicates, name="duplicates"),
    path("scan/", views.scan, name="duplicates-scan"),
    path("<int:pk>/", views.compare, name="duplicate"),
    path("<int:pk>/two/", views.dismiss, name="duplicate-dismiss"),
    path("<int:pk>/again/", views.reopen, name="duplicate-reopen"),
    path("<int:pk>/group/", views.link, name="duplicate-link"),
    path("merges/<int:pk>/undo/", views.undo, name="merge-undo"),
    path("links/<int:pk>/remove/", views.unlink, name="group-unlink"),
]
