from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def last_visits(apps: Any, schema_editor: Any) -> None:
    """When each customer was visited last, from the records there are."""
    customers = apps.get_model("customers", "Customer").objects
    interactions = apps.get_model("interactions", "Interaction").objects
    visits = interactions.filter(kind="visit", withdrawn_at=None).order_by()
    latest = visits.filter(customer=models.OuterRef("pk")).values("customer").annotate(at=models.Max("occurred_at"))
    visited = customers.filter(pk__in=visits.values("customer_id"))
    visited.update(last_visit_at=models.Subquery(latest.values("at")))


class Migration(migrations.Migration):
    dependencies = [
        ("interactions", "0001_initial"),
        ("customers", "0022_visits"),
    ]

    operations = [
        migrations.AddField(
            model_name="interaction",
            name="visit_system",
            field=models.CharField(blank=True, max_length=20, verbose_name="visit system"),
        ),
        migrations.CreateModel(
            name="PlannedVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(blank=True, max_length=20, verbose_name="visit system")),
                (
                    "followup",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visit",
                        to="interactions.followup",
                    ),
                ),
            ],
        ),
        migrations.RunPython(last_visits, migrations.RunPython.noop),
    ]
