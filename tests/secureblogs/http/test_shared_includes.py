"""The site renders once what many readers get alike, and anew when anything in it changes."""

from django.template import Context, Template
from django.utils.translation import override

from secureblogs.http import shared_includes

CLOSED = Template(
    '{% load shared_includes %}{% include_shared "_closing.html" group_slug="w" group_name=name %}'
)


def rendered(name: str) -> str:
    return CLOSED.render(Context({"name": name, "title": "of the page around it"}))


def test_a_part_is_rendered_once_for_each_set_of_values():
    shared_includes._render.cache_clear()

    first, again, other = rendered("Walkers"), rendered("Walkers"), rendered("<Runners>")

    assert first == again
    assert "You have left Walkers," in first
    assert "You have left &lt;Runners&gt;," in other
    assert shared_includes._render.cache_info().misses == 2


def test_each_language_has_its_own():
    shared_includes._render.cache_clear()

    for language in ("en", "de"):
        with override(language):
            rendered("Walkers")

    assert shared_includes._render.cache_info().misses == 2
