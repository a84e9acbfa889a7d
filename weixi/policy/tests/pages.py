"""What a browser does on the pages of the policy, for their tests."""

from __future__ import annotations

import html
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from weixi.kernel.events.models import Event
from weixi.organisation.models import User
from weixi.policy.models import PolicyVersion

PANEL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "wx-panel-content"}


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of a form: hidden and text fields, areas, chosen options, what is ticked as lists."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        text = html.unescape(value[1]) if value else ""
        if name and "checkbox" in tag and " checked" in tag:
            found.setdefault(name[1], []).append(text)
        elif name and "checkbox" not in tag and ("radio" not in tag or " checked" in tag):
            found[name[1]] = text
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def value_page(client: Client, version: PolicyVersion, path: str) -> str:
    return f"/policy/versions/{version.pk}/value/?path={path}"


def save(client: Client, address: str, **typed: Any) -> Any:
    sent = fields_of(client.get(address, **PANEL).content.decode())
    return client.post(address, {**sent, **typed}, **PANEL)


def toml(content: bytes | str, name: str = "p.toml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def director_of(version: PolicyVersion) -> str:
    """Who wrote in it last."""
    event = Event.objects.filter(type="policy.changed", subject_id=str(version.pk)).latest("seq")
    return User.objects.get(pk=int(event.actor.partition(":")[2])).name
