"""Addresses of the care of personal data; a person is `contact/7` or `customer/3`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from weixi.privacy.views import desk, people


class PersonKind:
    """The two kinds of natural person."""

    regex = "contact|customer"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PersonKind, "person_kind")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.desk, name="privacy"),
    path("people/", desk.held, name="privacy-people"),
    path("readmit/", desk.readmit, name="person-readmit"),
    path("retention/", desk.run_retention, name="privacy-retention"),
    path("requests/<int:pk>/answer/", people.answer, name="person-answer"),
    path("<person_kind:kind>/<int:pk>/", people.person, name="person-data"),
    path("<person_kind:kind>/<int:pk>/consent/", people.give, name="consent-give"),
    path("<person_kind:kind>/<int:pk>/withdraw/", people.withdraw, name="consent-withdraw"),
    path("<person_kind:kind>/<int:pk>/request/", people.ask, name="person-ask"),
    path("<person_kind:kind>/<int:pk>/copy/", people.copy, name="person-copy"),
    path("<person_kind:kind>/<int:pk>/erase/", people.erase, name="person-erase"),
]
