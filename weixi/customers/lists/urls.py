"""Addresses of the list beside the list itself."""

from __future__ import annotations

from django.urls import URLPattern, path

from weixi.customers.lists.views import cells, filtering, layout, saved, through

urlpatterns: list[URLPattern] = [
    path("filter/", filtering.edit_filter, name="customers-filter"),
    path("columns/", layout.columns, name="customers-columns"),
    path("views/", saved.views, name="customers-views"),
    path("views/new/", saved.new_view, name="customers-view-new"),
    path("views/<int:pk>/edit/", saved.edit_view, name="customers-view-edit"),
    path("views/<int:pk>/remove/", saved.remove, name="customers-view-remove"),
    path("views/<int:pk>/bring-back/", saved.bring_back, name="customers-view-back"),
    path("views/<int:pk>/open-with/", saved.open_with, name="customers-view-open-with"),
    path("through/", through.through, name="customers-through"),
    path("<int:pk>/cell/<slug:code>/", cells.list_cell, name="customers-cell"),
]
