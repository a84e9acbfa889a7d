from typing import Any

from django.conf import settings
from django.db import migrations, models


def as_any_duty(apps: Any, schema_editor: Any) -> None:
    """Until a customer is looked at next, his first duty says from when on his periods are asked for."""
    customers = apps.get_model("customers", "Customer").objects
    customers.filter(archived_at=None).update(next_period_due_at=models.F("next_due_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0018_rows_that_hang_on_others'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='next_period_due_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('next_period_due_at__isnull', False)), fields=['owner', 'next_period_due_at'], name='customer_owner_period'),
        ),
        migrations.RunPython(as_any_duty, migrations.RunPython.noop),
    ]
