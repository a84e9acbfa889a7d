"""Refusals and warnings of commands that run without Django, in the language of the terminal. Only who is refused waits for it to load."""

from __future__ import annotations

import os

from weixi.kernel.importing.wording import Said, SaidError
from weixi.policy.document.problems import PolicyError


def in_own_language(refusal: Said | SaidError | PolicyError) -> str:
    """The sentence (of a policy: one line each for its problems) as other commands would say it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")

    import django
    from django.utils.translation import gettext

    from weixi.project.speaking import speak

    django.setup()
    speak()
    if isinstance(refusal, PolicyError):
        from weixi.policy.problem_words import with_place

        return "\n".join(map(with_place, refusal.problems))
    said = refusal.said if isinstance(refusal, SaidError) else refusal
    return said.render(gettext)
