from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.duties.views import clause_duties, duties

urlpatterns: list[URLPattern | URLResolver] = [
    path("", duties, name="duties"),
    path("clauses/<path:number>/", clause_duties, name="clause-duties"),
]
