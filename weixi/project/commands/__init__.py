"""The commands of `weixi`, one module per topic."""

from __future__ import annotations

from weixi.project.commands import data, duplicates, duties, grading, installation, people, policy

ALL = (installation, people, data, duplicates, grading, duties, policy)
