"""What integrations contribute."""

from __future__ import annotations

from weixi.integrations.held import ANSWERS
from weixi.integrations.idempotency import forget_old
from weixi.kernel import personal, slices

personal.source(ANSWERS)
slices.every_minute("integrations.idempotency", forget_old)
