"""Files, icons and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from weixi.kernel.drawing.assets import asset_url
from weixi.kernel.drawing.markup import NOTHING, fill

register = template.Library()
# A number that stands nowhere else in an address.
_NUMBER = 987_654_321


@register.simple_tag
def asset(name: str) -> str:
    """`{% asset "app.js" %}`: the hashed address of a built file."""
    return asset_url(name)


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """`{% icon "phone" %}`; sizes 14, 16, 18, 20. With `label` it is announced, else it is decoration."""
    return _drawn(name, size, str(label), asset_url("icons.svg"))


@lru_cache(maxsize=512)
def _drawn(name: str, size: int, label: str, sprite: str) -> SafeString:
    sized = "" if size == 16 else f" wx-i-{size}"
    if label:
        return fill(
            '<svg class="wx-i{}" role="img" aria-label="{}"><use href="{}#i-{}"/></svg>',
            sized,
            label,
            sprite,
            name,
        )
    return fill('<svg class="wx-i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', sized, sprite, name)


@lru_cache(maxsize=256)
def _shape(name: str) -> str:
    return reverse(name, args=[_NUMBER]).replace(str(_NUMBER), "{}")


def page_of(name: str, number: int) -> str:
    """The address of the page `name` of one thing, as `reverse(name, args=[number])` gives it; a list asks for
    hundreds, and the shape of an address does not change while the process lives."""
    return _shape(name).format(number)


@register.simple_tag
def maybe_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, or an empty text when that page is not part of this installation."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def qs(context: Mapping[str, Any], **changes: Any) -> str:
    """The present query with some values changed: `{% qs page=2 %}`, `{% qs sort=None %}` drops one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(name, [str(each) for each in value])
        else:
            query[name] = str(value)
    return "?" + query.urlencode() if query else request.path


@register.simple_tag(takes_context=True)
def qs_without(context: Mapping[str, Any], name: str, value: Any = None) -> str:
    """The present query without `name` (or only without one of its values): for the x of a filter chip."""
    query = context["request"].GET.copy()
    rest = [each for each in query.getlist(name) if value is not None and each != str(value)]
    query.setlist(name, rest)
    query.pop("page", None)
    pairs = [(key, each) for key, values in query.lists() for each in values]
    return "?" + urlencode(pairs) if pairs else context["request"].path


@register.simple_tag(takes_context=True)
def again(context: Any, name: str) -> SafeString:
    """The content of a block a second time: the page's title in the tab and in the head."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.render(context) if block else NOTHING
