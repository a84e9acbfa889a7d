"""The one way a whole file is refused: what is wrong, where, and how to get on."""

from __future__ import annotations

from weixi.kernel.errors import WeixiError
from weixi.kernel.importing.wording import Said


class FileRefused(WeixiError):
    """The file cannot be read as a table. Nothing of it was taken.

    `code`     stable name (`file.password`, `file.too_large`, ...)
    `message`  what is wrong
    `place`    where: a line, a sheet, a part of the workbook; None when it is the file as a whole
    `way_out`  what the person can do now
    """

    status = 400
    message: Said

    def __init__(self, code: str, message: Said, *, way_out: Said, place: Said | None = None) -> None:
        super().__init__(message, code=f"file.{code}")
        self.place = place
        self.way_out = way_out

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.message, self.place, self.way_out) if part is not None)
