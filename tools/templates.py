"""Lays templates out to be read: `templates.py format` writes them, `templates.py check` names those that are not.

In this project a line break of a template, with the indentation after it, is nothing (`weixi.web.loading`). So a
template can stand in lines of a readable length, and what is drawn is the same. A break is put only where no space
stands, and never into a tag, a translated sentence or a `<pre>`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from weixi.web.loading import squeeze

ROOT = Path(__file__).resolve().parent.parent
WIDTH, STEP = 120, "  "
# Elements that stand in a line of text: a space beside them is seen.
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "br",
        "button",
        "code",
        "del",
        "em",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "meter",
        "progress",
        "s",
        "select",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "svg",
        "textarea",
        "time",
        "u",
        "use",
        "var",
    ]
)
VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"])
WHOLE = ("pre", "script", "style", "textarea")
# Cells and the like: short ones stand side by side in the file too.
SMALL = INLINE | frozenset(["col", "dd", "dt", "option", "td", "th"])
SENTENCES = frozenset({"blocktranslate", "blocktrans"})
BRANCHES = frozenset({"else", "elif", "empty"})
# Tags of the language that have a line of their own.
ALONE = frozenset({"extends", "load", "include", "block"})


class LayoutError(ValueError):
    """The layout would draw something else: a fault of this tool, or a template it does not understand."""


@dataclass(slots=True)
class Node:
    """A piece of a template: `text` alone, or opened by it, with what is inside, and closed."""

    text: str
    kind: str  # text, var, tag, open, close, void, whole
    name: str = ""
    inside: list[Node] = field(default_factory=list)
    closed: str | None = None

    @property
    def flat(self) -> str:
        return self.text if self.closed is None else self.text + "".join(n.flat for n in self.inside) + self.closed


def tokens(source: str) -> Iterator[Node]:
    """The source in pieces whose texts joined are the source again."""
    place, start = 0, 0
    while place < len(source):
        piece = _piece_at(source, place)
        if piece is None:
            place += 1
            continue
        if start < place:
            yield Node(source[start:place], "text")
        yield piece
        place = start = place + len(piece.text)
    if start < len(source):
        yield Node(source[start:], "text")


def _piece_at(source: str, place: int) -> Node | None:
    two = source[place : place + 2]
    if two in ("{{", "{#"):
        end = source.index({"{{": "}}", "{#": "#}"}[two], place) + 2
        return Node(source[place:end], "var" if two == "{{" else "tag", "#")
    if two == "{%":
        end = source.index("%}", place) + 2
        name = source[place + 2 : end - 2].split()[0]
        if name in SENTENCES | {"comment", "verbatim"}:
            end = source.index("%}", source.index(f"{{% end{name}", end)) + 2
            return Node(source[place:end], "whole", name)
        return Node(source[place:end], "tag", name)
    if source[place] == "<" and re.match(r"[a-zA-Z/!]", source[place + 1 : place + 2]):
        end = _end_of_element(source, place)
        text = source[place:end]
        name = re.match(r"</?([a-zA-Z0-9-]*)", text)[1].lower()  # type: ignore[index]
        if text.startswith("</"):
            return Node(text, "close", name)
        if name in WHOLE:
            end = source.index(f"</{name}>", end) + len(name) + 3
            return Node(source[place:end], "whole", name)
        return Node(text, "void" if name in VOID or not name or text.endswith("/>") else "open", name)
    return None


def _end_of_element(source: str, place: int) -> int:
    """Behind the `>` of an element's tag; tags of the template language and quoted values may hold others."""
    quote = ""
    while place < len(source):
        if source.startswith(("{%", "{{"), place):
            place = source.index("%}" if source[place + 1] == "%" else "}}", place) + 2
            continue
        here = source[place]
        if quote:
            quote = "" if here == quote else quote
        elif here in "\"'":
            quote = here
        elif here == ">":
            return place + 1
        place += 1
    raise LayoutError("an element's tag is not closed")


def tree(pieces: Iterable[Node]) -> list[Node]:
    """Pieces put into what opens and closes them; what does not pair stays a piece of its own."""
    pieces = list(pieces)
    ends = {piece.name[3:] for piece in pieces if piece.kind == "tag" and piece.name.startswith("end")}
    root = Node("", "open", "")
    stack = [root]
    for piece in pieces:
        opens = piece.kind == "open" or (piece.kind == "tag" and piece.name in ends)
        closes = _closes(piece)
        if closes is not None and (found := _opener(stack, piece.kind, closes)) is not None:
            _give_up(stack, found)
            stack.pop().closed = piece.text
        elif opens:
            stack[-1].inside.append(piece)
            stack.append(piece)
        else:
            stack[-1].inside.append(piece)
    _give_up(stack, 0)
    return root.inside


def _closes(piece: Node) -> str | None:
    if piece.kind == "close":
        return piece.name
    return piece.name[3:] if piece.kind == "tag" and piece.name.startswith("end") else None


def _opener(stack: list[Node], kind: str, name: str) -> int | None:
    """Where the opener stands; an element is not looked for beyond the tag of the language around it."""
    for place in range(len(stack) - 1, 0, -1):
        one = stack[place]
        if one.name == name and (one.kind == "open") == (kind == "close"):
            return place
        if kind == "close" and one.kind == "tag":
            return None
    return None


def _give_up(stack: list[Node], down_to: int) -> None:
    """What was opened above this place and never closed becomes pieces beside what follows it."""
    while len(stack) - 1 > down_to:
        lost = stack.pop()
        stack[-1].inside.extend(lost.inside)
        lost.inside = []


@dataclass(slots=True)
class Piece:
    """What goes onto a line: its text, how deep it stands, whether it may share the line with its like."""

    text: str
    depth: int
    shares: bool


def pieces_of(nodes: list[Node], depth: int) -> Iterator[Piece]:
    """What is short enough as one piece; the rest opened, one step further in, closed."""
    for node in nodes:
        branch = node.kind == "tag" and node.name in BRANCHES
        if node.closed is None or len(STEP) * depth + len(node.flat) <= WIDTH:
            yield Piece(node.flat, depth - 1 if branch and depth else depth, not branch and _shares(node))
        else:
            yield Piece(node.text, depth, False)
            yield from pieces_of(node.inside, depth + 1)
            yield Piece(node.closed, depth, False)


def _shares(node: Node) -> bool:
    """True for what stands in a line of text."""
    if node.kind in ("open", "void"):
        return node.name in SMALL and all(_shares(each) for each in node.inside)
    if node.kind == "tag":
        return node.name not in ALONE and all(_shares(each) for each in node.inside)
    return node.kind in ("text", "var") or node.name in SENTENCES


def laid_out(source: str) -> str:
    """The source in lines to be read. Raises LayoutError where it would not draw the same."""
    once = squeezed(source)
    lines: list[Piece] = []
    for piece in pieces_of(tree(tokens(once)), 0):
        last = lines[-1] if lines else None
        if last is None or not _goes_with(last, piece):
            lines.append(piece)
        else:
            lines[-1] = Piece(last.text + piece.text, last.depth, last.shares and piece.shares)
    text = "".join(f"{STEP * line.depth}{line.text}\n" for line in lines if line.text)
    if squeezed(text) != once:
        raise LayoutError("laid out, it would draw something else")
    return text


def _goes_with(last: Piece, piece: Piece) -> bool:
    # A space at a break would be lost.
    if last.text[-1:].isspace() or piece.text[:1].isspace():
        return True
    length = len(STEP) * last.depth + len(last.text) + len(piece.text)
    return last.shares and piece.shares and last.depth == piece.depth and length <= WIDTH


def squeezed(text: str) -> str:
    """What the loader makes of a text: breaks and indentation gone, `<pre>` as it is."""
    return squeeze(text).strip()


def main(verb: str) -> int:
    found = 0
    for path in sorted(ROOT.glob("weixi/**/templates/**/*.html")):
        source = path.read_text(encoding="utf-8")
        try:
            text = laid_out(source)
        except (LayoutError, ValueError) as error:
            print(f"{path.relative_to(ROOT)}: {error}", file=sys.stderr)
            return 2
        if text != source:
            found += 1
            if verb == "format":
                path.write_text(text, encoding="utf-8")
            else:
                print(f"{path.relative_to(ROOT)}: not laid out; tools/templates.py format does it", file=sys.stderr)
    return 1 if found and verb != "format" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
