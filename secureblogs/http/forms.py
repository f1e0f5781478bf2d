from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Lets `{{ form }}` and `{{ field.as_field_group }}` become HTML by the site's own templates."""

    form_template_name = "forms/_form.html"
    field_template_name = "forms/_field.html"
