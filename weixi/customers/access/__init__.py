"""Who sees and changes which field of customers and their people. The one place that decides (A-11).

    access = viewer_access(viewer)
    access.of("contact_mobile")                    Access.HIDDEN | MASKED | READ | WRITE
    access.present("contact_mobile", value)        clear, masked, or empty
    access.require_reads("phone")                  before filtering, sorting, searching, grouping by a field

Keys are those of the field catalogue: a column's name for a customer (`phone`), `contact_` before it for a
person at a customer (`contact_mobile`), `x_code` for a custom field. Whatever shows a value of a customer or
contact to somebody (page, list, hit, export, API, print, notice, story) takes it through `present`;
whatever takes one in hands it to `take_in` first.
"""

from __future__ import annotations

from weixi.customers.access.deciding import FieldAccess, present, viewer_access
from weixi.customers.access.entering import take_in

__all__ = ["FieldAccess", "present", "take_in", "viewer_access"]
