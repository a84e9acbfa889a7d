"""What the operating system says of a file, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

# As the system writes them; anything else is said as it comes.
SAID = (
    _("No such file or directory"),
    _("Is a directory"),
    _("Not a directory"),
    _("Permission denied"),
    _("No space left on device"),
    _("Disk quota exceeded"),
    _("Read-only file system"),
    _("File name too long"),
    _("Input/output error"),
    _("Too many open files"),
    _("Address already in use"),
    _("Name or service not known"),
)


def os_reason(error: OSError) -> str:
    """The reason of an OSError for a sentence: 没有这个文件."""
    return gettext(error.strerror) if error.strerror else str(error)
