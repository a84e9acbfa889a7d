"""Settings every test shares: cheap passwords, a private home, no mail."""

from __future__ import annotations

import os
import tempfile

import pytest

os.environ.setdefault("WEIXI_HOME", tempfile.mkdtemp(prefix="weixi-test-"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("WEIXI_SECRET_KEY", "for-tests-only")


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
