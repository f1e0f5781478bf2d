from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("uid", models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ],
        ),
    ]
