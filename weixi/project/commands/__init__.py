"""The commands of `weixi`, one module per topic."""

from __future__ import annotations

from weixi.project.commands import data, duties, grading, installation, people, policy

ALL = (installation, people, data, grading, duties, policy)
