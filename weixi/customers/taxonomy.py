"""The tags that the policy lists, group by group (A-8). Beside them everybody adds free ones."""

from __future__ import annotations

from dataclasses import dataclass

from weixi.customers.enums import TagGroup
from weixi.kernel.errors import NotFound
from weixi.policy.queries import policy_in_force

# A customer has one level of these at a time: a new one takes the place of the old.
LEVELS = frozenset({TagGroup.VALUE, TagGroup.ACTIVITY})


@dataclass(frozen=True, slots=True)
class ListedTag:
    """`name` is the tag; `title` how it is called under the title of its group."""

    name: str
    title: str
    group: TagGroup


@dataclass(frozen=True, slots=True)
class ListedGroup:
    title: str
    tags: tuple[ListedTag, ...]


def listed_groups() -> tuple[ListedGroup, ...]:
    """The taxonomy of the policy in force, in its order; nothing before the first policy.

    A free tag stands for itself (关注性价比); of the others the word alone says nothing (高), so its group is part of
    its name (价值等级：高).
    """
    try:
        groups = policy_in_force().archive.tag_group
    except NotFound:
        return ()
    found = []
    for group in groups:
        code = TagGroup(group.code) if group.code in TagGroup.values and not group.free else TagGroup.FREE
        tags = [
            ListedTag(value.title if group.free else f"{group.title}：{value.title}", value.title, code)
            for value in group.values
        ]
        if tags:
            found.append(ListedGroup(group.title, tuple(tags)))
    return tuple(found)


def listed_tags() -> dict[str, ListedTag]:
    """{name: tag} of the whole taxonomy."""
    return {tag.name: tag for group in listed_groups() for tag in group.tags}


def rivals_of(name: str, listed: dict[str, ListedTag]) -> list[str]:
    """The other levels of a level's group."""
    tag = listed.get(name)
    if tag is None or tag.group not in LEVELS:
        return []
    return [each.name for each in listed.values() if each.group == tag.group and each.name != name]
