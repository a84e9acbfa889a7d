"""Second owner, the customer it is reached through, the one it was merged into: an index of those who have one, in the
place of one of everybody, in which each customer entered stands three times for nothing.

The old indexes are dropped by their names: changing the fields would have SQLite write the whole table anew.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OLD = {
    "customers_customer_co_owner_id_5aabc744": "co_owner_id",
    "customers_customer_merged_into_id_2994ddb6": "merged_into_id",
    "customers_customer_through_id_d21f1a20": "through_id",
}


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0026_number_is_called_a_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("through__isnull", False)), fields=["through"], name="customer_through"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="customer_merged"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f'DROP INDEX IF EXISTS "{name}"', f'CREATE INDEX "{name}" ON "customers_customer" ("{column}")'
                )
                for name, column in OLD.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="customer",
                    name="co_owner",
                    field=models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="co_customers", to=settings.AUTH_USER_MODEL, verbose_name="second owner",
                    ),
                ),
                migrations.AlterField(
                    model_name="customer",
                    name="merged_into",
                    field=models.ForeignKey(
                        db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from", to="customers.customer",
                    ),
                ),
                migrations.AlterField(
                    model_name="customer",
                    name="through",
                    field=models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="reached", to="customers.customer", verbose_name="reached through",
                    ),
                ),
            ],
        ),
    ]  # fmt: skip
