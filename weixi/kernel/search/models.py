from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """What one object can be found by: bigrams, words, digits, pinyin and initials in one text.

    The table's shape never changes: SQLite rebuilds a changed table and silently drops its triggers.
    """

    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_one_per_object")]
        indexes = [models.Index(fields=["customer_id"], name="search_customer")]

    def __str__(self) -> str:
        return self.title


class SearchWords(models.Model):
    """SQLite's word index over the entries (see `search.store`), for the ORM to join; never written here
    and not there on PostgreSQL."""

    entry = models.OneToOneField(
        SearchEntry, primary_key=True, db_column="rowid", on_delete=models.DO_NOTHING, related_name="words"
    )
    text = models.TextField()

    class Meta:
        app_label = "kernel"
        managed = False
        db_table = "kernel_searchfts"
        default_permissions = ()

    def __str__(self) -> str:
        return f"words of {self.pk}"
