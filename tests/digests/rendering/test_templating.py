"""Templates in their sandbox: what an admin may write, and what is refused with its line."""

from typing import Any

import pytest

from digests.rendering.template_files import Source, TemplateError, TemplateFault
from digests.rendering.templating import compiled

FILE = "own/telegram/entry.j2"


def rendered(text: str, *, escape: bool = True, **context: Any) -> str:
    return compiled(Source(FILE, text), escape=escape)(context)


def fault(text: str, **context: Any) -> TemplateFault:
    with pytest.raises(TemplateError) as failed:
        rendered(text, **context)
    assert failed.value.fault.file == FILE
    assert str(failed.value) == str(failed.value.fault)
    return failed.value.fault


def test_values_are_escaped_without_a_filter() -> None:
    assert rendered("<b>{{ title }}</b>", title="<i>&'\"") == "<b>&lt;i&gt;&amp;&#39;&#34;</b>"


def test_plain_text_templates_escape_nothing() -> None:
    assert rendered("{{ title }}", escape=False, title="<i>") == "<i>"


def test_joined_values_are_escaped_too() -> None:
    assert rendered("{{ names|join(', ') }} {{ '<' ~ names[0] }}", names=["<a>", "b"]) == "&lt;a&gt;, b &lt;&lt;a&gt;"


def test_a_line_of_tags_alone_leaves_no_line_behind() -> None:
    text = "a\n{% if x %}\n  b\n{% endif %}{# why #}\n{% if y %}{% endif %}\nc"
    assert rendered(text, x=True, y=True) == "a\n  b\nc"


def test_a_line_with_text_keeps_its_break_and_its_indent() -> None:
    text = "a{% if x %} b{% endif %}\n    {% if x %}c{% endif %} d {# why #}\n  {% if x %}e{% endif %}\nf"
    assert rendered(text, x=True) == "a b\n    c d \n  e\nf"


def test_whitespace_control_of_ones_own_is_left_alone() -> None:
    assert rendered("a {%- if x %} b {%- endif -%}\n c", x=True) == "a bc"


def test_macros_and_loops_can_be_used() -> None:
    text = (
        "{% macro m(x) %}[{{ x }}]{% endmacro %}{% for n in range(3) %}{{ m(n) }}{{ loop.cycle('a', 'b') }}{% endfor %}"
    )
    assert rendered(text) == "[0]a[1]b[2]a"


def test_numbers_can_be_reckoned_with() -> None:
    assert rendered("{{ 2 * 3 + 1 }} {{ 7 % 4 }} {{ 7 - 1 }}") == "7 3 6"


def test_values_are_shortened_between_words() -> None:
    assert rendered("{{ title|shorten(12) }}", title="R&D is a long story") == "R&amp;D is a…"


def test_columns_are_set_flush_right() -> None:
    assert rendered("{{ 7|right(3) }}|{{ '日'|right(3) }}|{{ 1234|right(3) }}|") == "  7| 日|1234|"
    assert len(rendered("{{ 7|right(1000000) }}")) == 100


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a\n{{ tilte }}", 2, "'tilte' is undefined"),
        ("{% if x %}", 1, "Unexpected end of template"),
        ("a\n\n{{ title|safe }}", 3, "No filter named 'safe'"),
        ("{{ title|attr('x') }}", 1, "No filter named 'attr'"),
        ("\n{% include '/etc/passwd' %}", 2, "include is not available"),
        ("{% import 'x' as y %}", 1, "import is not available"),
        ("{% from 'x' import y %}", 1, "import is not available"),
        ("{% extends 'x' %}", 1, "extends is not available"),
        ("a\n{% autoescape false %}{{ title }}{% endautoescape %}", 2, "escaping cannot be changed"),
        ("{{ title.__class__ }}", 1, "unsafe"),
        ("{{ title.upper() }}", 1, "not safely callable"),
        ("\n{{ 'a' * 2000000000 }}", 2, "* of str and int is not available"),
        ("{{ 10 ** 10 ** 8 }}", 1, "** of int and int is not available"),
        ("{{ '%2000000000d' % 1 }}", 1, "% of str and int is not available"),
        ("{{ [1] + [2] }}", 1, "+ of list and list is not available"),
        ("{% for n in range(101) %}{% endfor %}", 1, "range of 101, more than 100"),
        ("{{ cycler }}", 1, "'cycler' is undefined"),
        ("{{ cycler.__init__.__globals__ }}", 1, "access to attribute '__init__'"),
        ("{{ nothing() }}", 1, "'nothing' is undefined"),
        ("\n{% for n in range(100) %}\n{{ title }}{% endfor %}", None, "makes more than 100000 characters"),
        ("{% set x %}a{% endset %}\n{{ x|shorten(3) }}", 2, "shorten is for values, not for markup"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
    ],
)
def test_what_cannot_be_used_is_told_by_line(text: str, line: int | None, reason: str) -> None:
    found = fault(text, title="t" * 2000)
    assert found.line == line
    assert reason in found.reason


def test_a_value_cannot_be_changed() -> None:
    assert "access to attribute 'append' of 'list' object is unsafe" in fault("{{ names.append(1) }}", names=[]).reason
