"""Addresses of backups and the log."""

from __future__ import annotations

from django.urls import URLPattern, path

from weixi.safekeeping import views

urlpatterns: list[URLPattern] = [
    path("", views.page, name="safekeeping"),
    path("backup/", views.begin_backup, name="safekeeping-backup"),
    path("try/", views.begin_trial, name="safekeeping-try"),
    path("outgoing/", views.release, name="safekeeping-outgoing"),
    path("retention/", views.begin_retention, name="safekeeping-retention"),
]
