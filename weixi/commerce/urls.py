from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.commerce import correcting, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/<int:customer>/orders/", views.orders, name="orders"),
    path("customers/<int:customer>/transactions/", views.transactions_chart, name="transactions-chart"),
    path("customers/<int:customer>/orders/new/", views.new_order, name="order-new"),
    path("customers/<int:customer>/contracts/new/", views.new_contract, name="contract-new"),
    path("customers/<int:customer>/assets/new/", views.new_asset, name="asset-new"),
    path("orders/<int:pk>/", views.order_detail, name="order"),
    path("orders/<int:pk>/edit/", correcting.edit_order, name="order-edit"),
    path("contracts/<int:pk>/edit/", correcting.edit_contract, name="contract-edit"),
    path("orders/<int:pk>/take-back/", views.take_back, name="order-take-back"),
    path("contracts/<int:pk>/renew/", views.renew_contract, name="contract-renew"),
    path("contracts/<int:pk>/end/", views.end_contract, name="contract-end"),
]
