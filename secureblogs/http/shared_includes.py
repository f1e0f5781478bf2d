"""`{% load shared_includes %}`: parts of pages that many readers get alike, rendered once."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def include_shared(name: str, **values: object) -> SafeString:
    """Include a template that depends on these values and on the language alone: it sees nothing else of the page.

    The values are hashable, and equal only if they are rendered alike: never a model, which equals its older self.
    """
    return _render(name, tuple(values.items()), get_language())


# Twenty rows of posts and the edges of a page took 40 % of the time of a group's page. After each news of a group all
# its open pages fetch the same ones again.
@lru_cache(maxsize=2_000)
def _render(name: str, values: tuple[tuple[str, object], ...], language: str | None) -> SafeString:
    return render_to_string(name, dict(values))
