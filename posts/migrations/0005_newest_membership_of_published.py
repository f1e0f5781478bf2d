from django.db import migrations

# What came out before posts noted the number. Lists go by it, too.
FROM_TIMES = """
    UPDATE posts_post SET newest_membership = coalesce((
        SELECT max(id) FROM groups_membership
         WHERE group_id = posts_post.group_id AND joined_at <= posts_post.submitted_at
    ), 0) WHERE newest_membership = 0
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_newest_membership")]

    operations = [migrations.RunSQL(FROM_TIMES, migrations.RunSQL.noop)]
