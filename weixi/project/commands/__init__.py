"""The commands of `weixi`, one module per topic."""

from __future__ import annotations

from weixi.project.commands import (
    data,
    duplicates,
    duties,
    export,
    grading,
    installation,
    people,
    policy,
    quality,
    safekeeping,
)

ALL = (installation, people, data, export, duplicates, grading, duties, policy, quality, safekeeping)
