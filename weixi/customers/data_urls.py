"""Addresses of the pages about the data as a whole: how good they are, and what is demanded of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.customers.quality import views as quality
from weixi.customers.standard import views as standard

urlpatterns: list[URLPattern | URLResolver] = [
    path("quality/", quality.quality, name="quality"),
    path("quality/count/", quality.count, name="quality-count"),
    path("quality/customers/<int:pk>/", quality.enrich, name="customer-enrich"),
    path("standard/", standard.standard, name="data-standard"),
    path("standard/new/", standard.new_field, name="standard-field-new"),
    path("standard/<int:pk>/", standard.edit_field, name="standard-field"),
    path("standard/<int:pk>/retire/", standard.retire, name="standard-field-retire"),
    path("standard/<int:pk>/restore/", standard.restore, name="standard-field-restore"),
]
