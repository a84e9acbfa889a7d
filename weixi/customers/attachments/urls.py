from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.customers.attachments import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:pk>/files/", views.files, name="customer-files"),
    path("<int:pk>/files/add/", views.upload, name="attachment-add"),
    path("files/<int:pk>/", views.open_file, name="attachment"),
    path("files/<int:pk>/remove/", views.remove, name="attachment-remove"),
]
