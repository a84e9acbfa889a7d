"""Every address of the installation: each slice lists its own."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("weixi.web.urls")),
    path("customers/", include("weixi.customers.urls")),
    path("data/", include("weixi.customers.data_urls")),
    path("commerce/", include("weixi.commerce.urls")),
    path("interactions/", include("weixi.interactions.urls")),
    path("duties/", include("weixi.duties.urls")),
    path("grading/", include("weixi.grading.urls")),
    path("privacy/", include("weixi.privacy.urls")),
    path("safekeeping/", include("weixi.safekeeping.urls")),
    path("policy/", include("weixi.policy.urls")),
    path("organisation/", include("weixi.organisation.urls")),
    path("", include("weixi.integrations.urls")),
]
handler404 = "weixi.web.views.errors.not_found"
handler403 = "weixi.web.views.errors.forbidden"
handler500 = "weixi.web.views.errors.broken"
handler400 = "weixi.web.views.errors.bad_request"
