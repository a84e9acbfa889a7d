"""Digits of telephones get a mark of their own, so that who sees none can search without asking for any."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from weixi.kernel.search.store import bulk_rebuild

HEAD, TAIL = "¦", "¬"
PORTION = 5000


def mark(text: str) -> str:
    """The tokens with telephones marked: those that also stand backwards behind the other mark."""
    tokens = text.split(" ")
    phones = {token[1:][::-1] for token in tokens if token.startswith(TAIL)}
    return " ".join(HEAD + token if token in phones else token for token in tokens)


def forwards(apps: Any, schema_editor: Any) -> None:
    entry = apps.get_model("kernel", "SearchEntry")
    if not entry.objects.exists():
        return
    table, last = entry._meta.db_table, 0
    # The index is built anew at the end: kept up row by row it would take an hour for a million customers.
    with bulk_rebuild(), schema_editor.connection.cursor() as cursor:
        while rows := list(entry.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "text")[:PORTION]):
            last = rows[-1][0]
            marked = [(mark(text), key) for key, text in rows if TAIL in text]
            cursor.executemany(f'UPDATE "{table}" SET "text" = %s WHERE "id" = %s', marked)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
