"""What the archive knows of customers, as it is compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from weixi.customers.enums import CustomerKind
from weixi.customers.importing.customer_values import KEPT_LABELS, LABELS
from weixi.customers.importing.remarks import split_remark
from weixi.customers.matching.records import Record, record_of
from weixi.customers.models import Contact, Customer
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import read_rows

_COLUMNS = (
    "pk", "kind", "name", "short_name", "phone", "email", "unified_code", "region", "city", "remark",
    "registration__address", "registration__home_address",
    "registration__other_phone",
)  # fmt: skip


def records_of(ids: Collection[int]) -> dict[int, Record]:
    """The living ones of these customers; three queries. Uses index: primary keys, contact_name (customer)."""
    rows = read_rows(Customer.objects.filter(one_of("pk", ids), archived_at=None).order_by(), *_COLUMNS)
    companies = [row[0] for row in rows if row[1] != CustomerKind.PERSON]
    lines: dict[int, list[str]] = defaultdict(list)
    mails: dict[int, list[str]] = defaultdict(list)
    people = Contact.objects.filter(one_of("customer_id", companies), removed_at=None).order_by()
    for pk, mobile, phone, mail in read_rows(people, "customer_id", "mobile", "phone", "email"):
        lines[pk] += [number for number in (mobile, phone) if number]
        if mail:
            mails[pk].append(mail)
    found = {}
    for pk, kind, name, short, phone, mail, code, region, city, remark, address, home, other in rows:
        kept = split_remark(remark, KEPT_LABELS)[1] if remark else {}
        found[pk] = record_of(
            pk,
            is_person=kind == CustomerKind.PERSON,
            name=name,
            short_name=short,
            phones=[phone, other or "", *lines.get(pk, ()), kept.get(LABELS["mobile"], "")],
            emails=[mail, *mails.get(pk, ())],
            code=code,
            address=address or home or "",
            house=kept.get(LABELS["house_number"], ""),
            district=kept.get(LABELS["district"], ""),
            area=kept.get(LABELS["other_address"], ""),
            postcode=kept.get(LABELS["postcode"], ""),
            city=city or region,
            birthday=kept.get(LABELS["birthday"], ""),
        )
    return found
