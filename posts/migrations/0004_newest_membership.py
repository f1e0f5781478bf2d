from django.db import migrations, models

# Posts on their way when the site was brought to this version.
FROM_TIMES = """
    UPDATE posts_post SET newest_membership = coalesce((
        SELECT max(id) FROM groups_membership
         WHERE group_id = posts_post.group_id AND joined_at <= posts_post.submitted_at
    ), 0) WHERE state <> 'published'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0002_validated_texts_and_member_pages"),
        ("posts", "0003_grants_and_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="newest_membership",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.RunSQL(FROM_TIMES, migrations.RunSQL.noop),
    ]
