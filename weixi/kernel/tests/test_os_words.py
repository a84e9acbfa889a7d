from __future__ import annotations

import errno
import os

import pytest
from django.utils import translation

from weixi.kernel.os_words import SAID, os_reason


@pytest.mark.parametrize(
    "number",
    [errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EACCES, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENAMETOOLONG,
     errno.EIO, errno.EMFILE],
)  # fmt: skip
def test_the_usual_reasons_are_told_in_chinese(number) -> None:
    error = OSError(number, os.strerror(number))
    assert os.strerror(number) in SAID
    with translation.override("zh-hans"):
        assert not os_reason(error).isascii()
    with translation.override("en"):
        assert os_reason(error) == os.strerror(number)


def test_an_unusual_one_is_said_as_it_comes() -> None:
    assert os_reason(OSError("odd")) == "odd"
