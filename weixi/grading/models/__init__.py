from __future__ import annotations

from weixi.grading.models.history import FallNotice, FallsDay, GradeHistory, GradeOverride, Judgement
from weixi.grading.models.run import GradeResult, GradingRun

__all__ = ["FallNotice", "FallsDay", "GradeHistory", "GradeOverride", "GradeResult", "GradingRun", "Judgement"]
