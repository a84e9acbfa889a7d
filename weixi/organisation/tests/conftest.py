from __future__ import annotations

import pytest
from django.test import Client

from weixi.organisation.models import User
from weixi.organisation.tests.people import PASSWORD, Company, found_company


@pytest.fixture
def company(db: None) -> Company:
    return found_company()


def logged_in(user: User) -> Client:
    """A client that came in by the log-in page."""
    client = Client()
    answer = client.post("/login/", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


@pytest.fixture
def admin(company: Company) -> Client:
    return logged_in(company.admin)


@pytest.fixture
def lin(company: Company) -> Client:
    return logged_in(company.lin)
