"""The sentences of the screens: collected from code and templates, merged from the parts, compiled.

    python tools/messages.py build     parts/*.po -> {zh_Hans,en}/LC_MESSAGES/django.{po,mo}
    python tools/messages.py check     also fails on sentences without a translation, and on dead ones
    python tools/messages.py missing   prints what is not translated yet, ready to be filled in

Translators edit `weixi/locale/parts/<topic>.po`: plain msgid/msgstr pairs, no header. English is the
language of the msgids themselves. Needs no GNU gettext.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "weixi" / "locale"
# A context is joined to its msgid by this character in compiled catalogues.
JOIN = "\x04"
SKIPPED = {"tests", "node_modules", "static", "migrations", "frontend"}
PLURALS = {"zh_Hans": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}

# Where the msgid stands among the arguments, per function: (context, one, many).
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"(?<![\w.])(\w+)\(\s*({STRING}(?:\s*,\s*{STRING})*)", re.S)


@dataclass(frozen=True)
class Key:
    """What identifies a sentence: its context and its English."""

    msgid: str
    context: str = ""


@dataclass
class Entry:
    key: Key
    plural: str = ""
    texts: list[str] = field(default_factory=list)
    place: str = ""


# --- collecting -------------------------------------------------------------------------------------


def _from_call(name: str, strings: list[str | None], place: str) -> Entry | None:
    context_at, one_at, many_at = CALLS[name]

    def at(index: int | None) -> str | None:
        return strings[index] if index is not None and index < len(strings) else None

    one = at(one_at)
    if one is None or (context_at is not None and at(context_at) is None):
        return None
    return Entry(Key(one, at(context_at) or ""), at(many_at) or "", place=place)


def sentences_of_python(text: str, place: str) -> Iterator[Entry]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        strings = [
            arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in node.args
        ]
        if entry := _from_call(name, strings, f"{place}:{node.lineno}"):
            yield entry


def sentences_of_template(text: str, place: str) -> Iterator[Entry]:
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    plain = templatize(text)
    for found in TEMPLATE_CALL.finditer(plain):
        if found[1] in CALLS:
            strings: list[str | None] = [ast.literal_eval(each) for each in re.findall(STRING, found[2], re.S)]
            line = plain.count("\n", 0, found.start()) + 1
            if entry := _from_call(found[1], strings, f"{place}:{line}"):
                yield entry


def collect(package: Path = ROOT / "weixi") -> dict[Key, Entry]:
    """Every sentence of the package, with the first place it stands at."""
    found: dict[Key, Entry] = {}
    for path in sorted(package.rglob("*")):
        if SKIPPED & set(path.relative_to(package).parts[:-1]) or path.suffix not in {".py", ".html", ".txt"}:
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        read = sentences_of_python if path.suffix == ".py" else sentences_of_template
        for entry in read(path.read_text(encoding="utf-8"), str(path.relative_to(package.parent))):
            known = found.setdefault(entry.key, entry)
            known.plural = known.plural or entry.plural
    return found


# --- catalogues -------------------------------------------------------------------------------------


class CatalogueError(Exception):
    """A part that cannot be read or that contradicts another; the message names file and line."""


def read_part(path: Path) -> Iterator[Entry]:
    """The pairs of one part, in order."""
    entry, target = Entry(Key("")), ""
    values: dict[str, str] = {}

    def close() -> Entry | None:
        if not values.get("msgid"):
            return None
        texts = [values[name] for name in sorted(values) if name.startswith("msgstr")]
        return Entry(
            Key(values["msgid"], values.get("msgctxt", "")), values.get("msgid_plural", ""), texts, entry.place
        )

    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        opening = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")$', line)
        if opening:
            name, quoted = opening.groups()
            if name in {"msgctxt", "msgid"} and any(key.startswith("msgstr") for key in values):
                if done := close():
                    yield done
                values = {}
            if name == "msgid":
                entry = Entry(Key(""), place=f"{path.name}:{number}")
            target = name
            values[target] = ast.literal_eval(quoted)
        elif line.startswith('"') and line.endswith('"') and target:
            values[target] += ast.literal_eval(line)
        else:
            raise CatalogueError(f"{path.name}:{number}: this line is no msgid, msgstr or text in quotes: {line[:60]}")
    if done := close():
        yield done


def merge(parts: Path = LOCALE / "parts") -> dict[Key, Entry]:
    """All parts as one. Raises CatalogueError when two say different things of one sentence."""
    merged: dict[Key, Entry] = {}
    for path in sorted(parts.glob("*.po")):
        for entry in read_part(path):
            known = merged.setdefault(entry.key, entry)
            if known.texts != entry.texts:
                raise CatalogueError(
                    f"{entry.place}: “{entry.key.msgid[:50]}” is translated as {entry.texts} here and as {known.texts} "
                    f"in {known.place}; keep one."
                )
            known.plural = known.plural or entry.plural
    return merged


def _quoted(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def as_po(entry: Entry) -> str:
    lines = [f"#: {entry.place}"] if entry.place else []
    if entry.key.context:
        lines.append(f"msgctxt {_quoted(entry.key.context)}")
    lines.append(f"msgid {_quoted(entry.key.msgid)}")
    if entry.plural:
        lines.append(f"msgid_plural {_quoted(entry.plural)}")
        lines += [f"msgstr[{i}] {_quoted(text)}" for i, text in enumerate(entry.texts or [""])]
    else:
        lines.append(f"msgstr {_quoted(entry.texts[0] if entry.texts else '')}")
    return "\n".join(lines) + "\n"


def _header(language: str) -> str:
    return f"Content-Type: text/plain; charset=UTF-8\nLanguage: {language}\nPlural-Forms: {PLURALS[language]}\n"


def as_mo(entries: list[Entry], language: str) -> bytes:
    """The compiled form: a table of sorted originals, a table of translations, then the texts."""
    pairs = {b"": _header(language).encode()}
    for entry in entries:
        original = f"{entry.key.context}{JOIN}{entry.key.msgid}" if entry.key.context else entry.key.msgid
        if entry.plural:
            original += "\0" + entry.plural
        pairs[original.encode()] = "\0".join(entry.texts).encode()
    originals = sorted(pairs)
    head, count = 28, len(originals)
    offset = head + 16 * count
    table_one, table_two, body = b"", b"", b""
    for original in originals:
        table_one += struct.pack("<II", len(original), offset + len(body))
        body += original + b"\0"
    for original in originals:
        text = pairs[original]
        table_two += struct.pack("<II", len(text), offset + len(body))
        body += text + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, count, head, head + 8 * count, 0, offset)
    return header + table_one + table_two + body


def english(entries: list[Entry]) -> list[Entry]:
    """The English catalogue: every sentence is itself."""
    return [Entry(e.key, e.plural, [e.key.msgid, e.plural] if e.plural else [e.key.msgid], e.place) for e in entries]


def write(language: str, entries: list[Entry]) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr ' + _quoted(_header(language)) + "\n"
    (folder / "django.po").write_text("\n".join([head, *(as_po(entry) for entry in entries)]), encoding="utf-8")
    (folder / "django.mo").write_bytes(as_mo(entries, language))


# --- commands ---------------------------------------------------------------------------------------


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def problems(used: dict[Key, Entry], known: dict[Key, Entry]) -> list[str]:
    """What `check` complains about, one line each."""
    found = [f"{used[key].place}: not translated: {key.msgid!r}" for key in used if key not in known]
    found += [f"{entry.place}: no longer used: {key.msgid!r}" for key, entry in known.items() if key not in used]
    for key, entry in known.items():
        if not all(entry.texts):
            found.append(f"{entry.place}: empty translation: {key.msgid!r}")
        wanted = placeholders(key.msgid) | placeholders(entry.plural)
        for text in entry.texts:
            if stray := placeholders(text) - wanted:
                found.append(f"{entry.place}: {', '.join(sorted(stray))} is not in {key.msgid!r}")
        if key in used and bool(used[key].plural) != bool(entry.plural):
            found.append(f"{entry.place}: one and many do not agree with the code: {key.msgid!r}")
    return sorted(found)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Catalogues of the screens' sentences.")
    parser.add_argument("command", choices=["build", "check", "missing"])
    parser.add_argument("--only", default="", help="missing: only of files whose path begins so")
    chosen = parser.parse_args(arguments)
    try:
        known = merge()
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 1
    entries = [known[key] for key in sorted(known, key=lambda each: (each.msgid, each.context))]
    if chosen.command == "missing":
        wanted = [entry for key, entry in collect().items() if key not in known and entry.place.startswith(chosen.only)]
        print("\n".join(as_po(entry) for entry in wanted))
        return 0
    write("zh_Hans", entries)
    write("en", english(entries))
    if chosen.command == "build":
        return 0
    found = problems(collect(), known)
    print("\n".join(found) or f"{len(known)} sentences, all translated, none dead")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
