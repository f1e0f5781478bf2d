from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's admin with the site's own doors."""

    default = False
    default_site = "secureblogs.admin.site.Administration"
