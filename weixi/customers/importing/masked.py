"""Masked values in a file, as an export of ours writes them for somebody who does not see them in full
(138****1234): recognised, compared with what is stored, never written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.access.kinds import MASKS
from weixi.kernel.masking import NAME_STARS, STARS, Mask, mask


def put_aside(values: dict[str, Any]) -> dict[str, str]:
    """Take the masked values out of a row's; {field: what the file says}."""
    found = {name: value for name, value in values.items() if is_masked(name, value)}
    for name in found:
        del values[name]
    return found


def is_masked(name: str, value: Any) -> bool:
    """Whether a value of this field is only the mask of one."""
    if not isinstance(value, str) or NAME_STARS not in value or name not in MASKS:
        return False
    return STARS in value or (MASKS[name] is Mask.NAME and value.endswith(NAME_STARS))


def faults_of_masked(said: Mapping[str, str], stored: Mapping[str, Any], label: Mapping[str, str]) -> list[str]:
    """A sentence for each masked value that is not the mask of what is `stored` under its name."""
    faults = []
    for name, value in said.items():
        old = stored.get(name)
        if not old:
            text = _("%(field)s: this is only the masked value; leave it blank, or write it in full.")
        elif mask(str(old), MASKS[name]) != value:
            text = _("%(field)s: “%(value)s” is masked and does not agree with what is stored; leave it blank, or write it in full.")  # fmt: skip
        else:
            continue
        faults.append(text % {"field": label[name], "value": value[:40]})
    return faults
