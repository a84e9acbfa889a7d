"""The archive's own part of the bench's installation: tags, fields of the company, and the keys of duplicates.

Tags, values and keys are written straight into the tables; which keys a customer is filed under the product says.
`python -m bench.archive N` adds them to an installation of N customers that was loaded without.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import names  # noqa: E402
from bench.tables import Row, Table, stamp, write  # noqa: E402
from bench.world import World  # noqa: E402
from weixi.customers.duplicates.gather import records_of  # noqa: E402
from weixi.customers.duplicates.models import MatchKey  # noqa: E402
from weixi.customers.enums import FieldType, TagGroup  # noqa: E402
from weixi.customers.matching.keys import keys_of  # noqa: E402
from weixi.customers.models import CustomerTag, CustomField, CustomValue, Tag  # noqa: E402

# A word that one in five carries, and one that hardly anybody does.
COMMON_TAG, RARE_TAG = "关注性价比", "有扩产计划"
# One in eight has the first line; every other customer says how many plants it has.
LINES = ("涂装线", "装配线", "焊接线", "包装线", "检测线", "注塑线", "冲压线", "仓储线")
RARE_EVERY = 500
FILED = 5000


def fill_archive(world: World) -> dict[str, int]:
    """Write tags and values of two custom fields, and file everybody; returns table -> number of rows."""
    made = [Tag.objects.create(group=TagGroup.FREE, name=name).pk for name in (COMMON_TAG, RARE_TAG)]
    at = {"created_at": world.entered, "changed_at": world.entered}
    line = CustomField.objects.create(
        code="line", title="产线", type=FieldType.CHOICE, allowed=list(LINES), group="business", **at
    )
    plants = CustomField.objects.create(code="plants", title="厂房数", type=FieldType.NUMBER, group="business", **at)

    def tagged() -> Iterator[Row]:
        for i in range(1, world.total + 1):
            if names.mixed(i) % 5 == 0:
                yield i, made[0]
            if i % RARE_EVERY == 0:
                yield i, made[1]

    def values() -> Iterator[Row]:
        for i in range(1, world.total + 1):
            yield i, line.pk, LINES[names.mixed(i) % len(LINES)], None
            if i % 2:
                yield i, plants.pk, "", f"{names.mixed(i) % 50}.0000"

    count = {}
    with transaction.atomic():
        count[CustomerTag._meta.db_table] = Table(
            CustomerTag, "customer_id tag_id", added_at=stamp(world.entered)
        ).insert(tagged())
        count[CustomValue._meta.db_table] = Table(CustomValue, "customer_id field_id text number").insert(values())
    count[MatchKey._meta.db_table] = file_everybody(world.total)
    return count


def file_everybody(total: int) -> int:
    """Put every customer under its keys; returns how many keys. The rows go in sorted: an index that is written
    at its end alone takes a fraction of the time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_filed (key bigint, customer_id bigint)")
        for first in range(1, total + 1, FILED):
            records = records_of(range(first, min(first + FILED, total + 1)))
            write(
                "bench_filed", ("key", "customer_id"), [(k, pk) for pk, each in records.items() for k in keys_of(each)]
            )
        cursor.execute("DROP INDEX match_key_customer")
        cursor.execute(
            "INSERT INTO customers_matchkey (key, customer_id) SELECT key, customer_id FROM bench_filed "
            "ORDER BY key, customer_id"
        )
        count = int(cursor.rowcount)
        cursor.execute("CREATE INDEX match_key_customer ON customers_matchkey (customer_id, key)")
        cursor.execute("DROP TABLE bench_filed")
    return count


if __name__ == "__main__":
    print(fill_archive(World(int(sys.argv[1]), timezone.now())))
