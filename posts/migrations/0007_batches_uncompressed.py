from django.db import migrations


class Migration(migrations.Migration):
    """Lists of keys are stored as they are: compressing one takes longer than all else that plans its batch."""

    dependencies = [
        ("posts", "0006_times_asked"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE posts_keybatch ALTER COLUMN public_keys SET STORAGE EXTERNAL",
            "ALTER TABLE posts_keybatch ALTER COLUMN public_keys SET STORAGE EXTENDED",
        ),
    ]
