"""Where a key of a TOML text stands, and whether the text is too deep to be read safely.

The TOML reader gives values without places; this scan only knows strings, comments, brackets and
keys, enough to name the line of a fault. It never judges the text: that is the reader's work.
"""

from __future__ import annotations

import re

DEEPEST = 32
LONGEST_KEY = 12

# An unclosed string takes the rest (of the line), so that no text is looked through twice.
_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|"""[\s\S]*'
    r"|'''.*?'{3,5}|'''[\s\S]*"
    r'|"(?:[^"\\\n]|\\.)*"|"[^\n]*'
    r"|'[^'\n]*'|'[^\n]*"
    r"|#[^\n]*",
    re.DOTALL,
)
_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
_LONG_KEY = re.compile(r"(?<![\w\-~])(?:[\w\-~]+[ \t]*\.[ \t]*){" + str(LONGEST_KEY) + r"}")


def _blank(found: re.Match[str]) -> str:
    """The match with everything but line ends replaced, so that offsets and lines stay."""
    filler = " " if found.group().startswith("#") else "~"
    return re.sub(r"[^\n]", filler, found.group())


def skeleton(text: str) -> str:
    """`text` with strings as `~` and comments as spaces, same length, same lines."""
    return _STRING_OR_COMMENT.sub(_blank, text)


def too_deep(bones: str) -> tuple[str, int] | None:
    """(code, line) of the first place nested or dotted deeper than any policy is, else None."""
    depth = 0
    for found in re.finditer(r"[\[\]{}]", bones):
        depth = depth + 1 if found.group() in "[{" else max(0, depth - 1)
        if depth > DEEPEST:
            return "too_deep", bones.count("\n", 0, found.start()) + 1
    dotted = _LONG_KEY.search(bones)
    if dotted:
        return "key_too_long", bones.count("\n", 0, dotted.start()) + 1
    return None


def _parts(text: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_KEY_PART, text)]


class Places:
    """Line numbers of the key paths of one text."""

    def __init__(self, text: str, bones: str | None = None) -> None:
        bones = skeleton(text) if bones is None else bones
        self._lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        current: dict[str, str] = {}
        table = ""
        depth = 0
        offset = 0
        for number, line in enumerate(bones.split("\n"), start=1):
            raw = text[offset : offset + len(line)]
            offset += len(line) + 1
            if depth == 0:
                header = _HEADER.match(raw)
                pair = None if header else _PAIR.match(raw)
                if header:
                    table = self._open(_parts(header.group(2)), header.group(1) == "[[", counts, current)
                    self._lines.setdefault(table, number)
                    self._lines.setdefault(table.removesuffix("[0]"), number)
                    continue
                if pair:
                    path = ".".join(filter(None, [table, *_parts(pair.group(1))]))
                    self._lines.setdefault(path, number)
            depth += sum(1 for c in line if c in "[{") - sum(1 for c in line if c in "]}")
            depth = max(0, depth)

    @staticmethod
    def _open(parts: list[str], is_list: bool, counts: dict[str, int], current: dict[str, str]) -> str:
        """The path of a table header; `[[x]]` counts up, `[x.y]` goes into the last `x`."""
        plain = ".".join(parts)
        parent = ""
        for length in range(len(parts) - 1, 0, -1):
            prefix = ".".join(parts[:length])
            if prefix in current:
                parent = ".".join([current[prefix], *parts[length:-1]])
                break
        else:
            parent = ".".join(parts[:-1])
        path = f"{parent}.{parts[-1]}" if parent else parts[-1]
        if is_list:
            place = counts.get(path, 0)
            counts[path] = place + 1
            path = f"{path}[{place}]"
            current[plain] = path
        return path

    def line(self, path: str) -> int | None:
        """The line of `path`, or of the nearest thing around it."""
        while path:
            if path in self._lines:
                return self._lines[path]
            cut = max(path.rfind("."), path.rfind("["))
            if cut < 0:
                return None
            path = path[:cut]
        return None
