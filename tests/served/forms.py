"""The forms of a page as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

Pairs = list[tuple[str, str]]


@dataclass
class Field:
    name: str
    kind: str
    value: str | None
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    fields: list[Field] = field(default_factory=list)

    def pairs(self, *, without: str = "") -> Pairs:
        """What is sent when nothing is changed; `without` leaves a field out."""
        return [(each.name, each.value) for each in self.fields if each.value is not None and each.name != without]

    @property
    def choices(self) -> list[str]:
        """Fields in which something is named rather than written: lists, hidden keys, boxes, pickers."""
        named = (each.name for each in self.fields if each.kind not in WRITTEN and each.name not in CARRIED)
        return list(dict.fromkeys(named))


WRITTEN = {"text", "textarea", "password", "date", "datetime-local", "tel", "email", "url", "search", "file", "time"}
# Sent back by every form: tokens against forgery, marks of what was seen, where to go.
CARRIED = {"csrfmiddlewaretoken", "version", "mark", "seen", "hash", "next", "back", "query", "digest", "proposal"}


def forms_of(page: str, path: str) -> list[Form]:
    """The forms of this page that are sent by POST."""
    parser = _Forms(path)
    parser.feed(page)
    return parser.found


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.found = path, list[Form]()
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            post = given.get("method", "").lower() == "post" or "hx-post" in given
            self._form = Form(urljoin(self.path, given.get("action") or given.get("hx-post", ""))) if post else None
            if self._form:
                self.found.append(self._form)
        if tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given or self._select.value is None:
                self._select.value = given.get("value", "")
        if (
            self._form is None
            or not given.get("name")
            or given["name"] in CARRIED - {"version", "mark", "seen", "digest"}
        ):
            return
        if tag == "input":
            kind = given.get("type", "text")
            off = kind in {"checkbox", "radio"} and "checked" not in given
            self._form.fields.append(Field(given["name"], kind, None if off else given.get("value", "")))
        elif tag == "select":
            self._select = Field(given["name"], "select", None)
            self._form.fields.append(self._select)
        elif tag == "textarea":
            self._area = Field(given["name"], "textarea", "")
            self._form.fields.append(self._area)

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value = (self._area.value or "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._area = None
