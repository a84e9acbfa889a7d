"""Templates are laid out to be read; what is drawn has none of that.

A line break, with the indentation after it, is nothing: between two words a space is written where one is meant.
So a page is as small as if it stood in one line, and a break never shows as a gap between two buttons.
"""

from __future__ import annotations

import re
from typing import Any

from django.template import Origin, Template
from django.template.base import TextNode
from django.template.loaders.cached import Loader as CachedLoader

_BREAK = re.compile(r"\n[ \t]*")
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.S)


def squeeze(text: str) -> str:
    """`text` without its breaks and indentation; what stands in a `<pre>` stays."""
    if "\n" not in text:
        return text
    return "".join(part if part.startswith("<pre") else _BREAK.sub("", part) for part in _PRE.split(text))


class Loader(CachedLoader):
    """Keeps compiled templates, squeezed after they were compiled: messages still name the line of the file."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template: Any = super().get_template(template_name, skip=skip)
        if template_name.endswith(".html") and not getattr(template, "squeezed", False):
            for node in template.nodelist.get_nodes_by_type(TextNode):
                node.s = squeeze(node.s)
            template.squeezed = True
        return template  # type: ignore[no-any-return]
