"""A program that talks to the API: a token and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client

from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_token


@dataclass(frozen=True)
class Program:
    """Sends JSON with a person's token; `language` is what its Accept-Language says."""

    secret: str
    language: str = "en"

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        sent = {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language, **(headers or {})}
        client = Client(raise_request_exception=False)
        return client.generic(
            method, f"/api/v1{path}", data if body is not None else "", content_type="application/json", headers=sent
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, headers=headers)


def program_of(user: User, *scopes: str, language: str = "en") -> Program:
    """A program with a new token of this person (default scopes: read and write)."""
    _token, secret = create_token(user, viewer=system_viewer("test"), scopes=scopes or ("read", "write"))
    return Program(secret, language)
