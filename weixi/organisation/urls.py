"""People, departments, tokens."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from weixi.organisation.views import departments, people, roles, tokens

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="person-new"),
    path("people/pick/", people.pick, name="people-pick"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit_person, name="person-edit"),
    path("people/<int:pk>/password/", people.give_password, name="person-password"),
    path("people/<int:pk>/second-factor/reset/", people.reset_factor, name="person-factor-reset"),
    path("people/<int:pk>/enable/", people.enable, name="person-enable"),
    path("people/<int:pk>/tokens/", tokens.tokens, name="person-tokens"),
    path("people/<int:pk>/tokens/<int:token_pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("tokens/", tokens.my_tokens, name="my-tokens"),
    path("roles/", roles.roles, name="roles"),
    path("roles/<slug:role>/", roles.role, name="role"),
    path("roles/<slug:role>/reset/", roles.role_reset, name="role-reset"),
    path("departments/", departments.departments, name="departments"),
    path("departments/new/", departments.new_department, name="department-new"),
    path("departments/<int:pk>/", departments.edit_department, name="department-edit"),
]
