"""Files that are there already are put into the search index."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from weixi.kernel.search import Doc, index_many

PORTION = 2000


def forwards(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("customers", "Attachment").objects.filter(removed_at=None).order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last).values_list("pk", "name", "customer_id")[:PORTION]):
        last = found[-1][0]
        index_many([Doc("file", pk, name, customer, names=(name,)) for pk, name, customer in found])


class Migration(migrations.Migration):
    dependencies = [("customers", "0029_a_further_phone"), ("kernel", "0004_forms_that_were_sent")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
