"""What integrations contribute."""

from __future__ import annotations

from weixi.integrations.idempotency import forget_old
from weixi.kernel import slices

slices.every_minute("integrations.idempotency", forget_old)
