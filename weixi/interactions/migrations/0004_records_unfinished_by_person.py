from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0003_incomplete_records'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='interaction',
            name='interaction_incomplete',
        ),
        migrations.AddIndex(
            model_name='interaction',
            index=models.Index(condition=models.Q(('lacking__gt', '')), fields=['customer'], name='interaction_incomplete'),
        ),
        migrations.AddIndex(
            model_name='interaction',
            index=models.Index(condition=models.Q(('lacking__gt', '')), fields=['recorded_by', '-recorded_at'], name='interaction_unfinished'),
        ),
    ]
