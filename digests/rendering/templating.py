"""The one door to Jinja2: templates in a sandbox that sees plain data only, and whatever fails in them told by line."""

import re
from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from digests.dialects.text import cells, shortened
from digests.rendering.template_files import Source, TemplateError

MAX_OUTPUT = 100_000
"""Characters that one template may make."""
MAX_RANGE = 100
MAX_WIDTH = 100

FILTERS = frozenset(
    {"abs", "capitalize", "count", "d", "default", "e", "escape", "first", "float", "int", "join", "last", "length"}
    | {"list", "lower", "max", "min", "reject", "reverse", "round", "select", "sort", "string", "title", "trim"}
    | {"unique", "upper", "urlencode", "wordcount"}
)
"""What can neither undo the escaping nor reach into an object."""
_REFUSED: Mapping[type[nodes.Node], str] = {
    nodes.Extends: "extends is not available",
    nodes.Include: "include is not available",
    nodes.Import: "import is not available",
    nodes.FromImport: "import is not available",
    nodes.EvalContextModifier: "escaping cannot be changed",
}
_FAILURES = (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
_TAGS_ALONE = re.compile(r"\s*(?:(?:\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})\s*)+")
_OPENING = re.compile(r"^(\s*\{[%#])(?![-+])")
_CLOSING = re.compile(r"(?<![-+])([%#]\})$")


Template = Callable[[Mapping[str, Any]], str]
"""Renders plain data; TemplateError where that fails."""


def compiled(origin: Source, *, escape: bool) -> Template:
    """The template, ready to render; `escape`: values become HTML text. TemplateError where it cannot be read."""
    environment = _Sandbox(escape)
    try:
        tree = environment.parse(_lines_kept(origin.text), None, origin.file)
        _refuse(tree)
        code = environment.compile(tree, None, origin.file)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(origin.fault(str(error.message), error.lineno)) from error
    template = jinja2.Template.from_code(environment, code, environment.globals)

    def render(context: Mapping[str, Any]) -> str:
        try:
            return _capped(template, context)
        except _FAILURES as error:
            raise TemplateError(origin.fault(str(error), _line(error, origin.file))) from error

    return render


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without what can reach out of a template, undo escaping, or grow a value without end."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, escape: bool) -> None:
        super().__init__(autoescape=escape, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self.filters = {name: self.filters[name] for name in FILTERS} | {"shorten": _shorten, "right": _right}
        self.globals = {"range": _range}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not (isinstance(left, Number) and isinstance(right, Number)):
            raise SecurityError(f"{operator} of {type(left).__name__} and {type(right).__name__} is not available")
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, `range` and `loop.cycle`; no method of a value, since filters do what is safe of those."""
        if isinstance(obj, jinja2.Undefined):  # calling it says what is not there
            return True
        return obj is _range or isinstance(obj, Macro) or isinstance(getattr(obj, "__self__", None), LoopContext)


def _lines_kept(text: str) -> str:
    """Lines of tags alone leave no line behind (Jinja2's trim_blocks); all other lines keep their break and indent."""
    return "\n".join(
        line if _TAGS_ALONE.fullmatch(line) else _CLOSING.sub(r"+\1", _OPENING.sub(r"\1+", line))
        for line in text.splitlines()
    )


def _refuse(tree: nodes.Template) -> None:
    for kind, reason in _REFUSED.items():
        for node in tree.find_all(kind):
            raise jinja2.TemplateSyntaxError(reason, node.lineno)


def _capped(template: jinja2.Template, context: Mapping[str, Any]) -> str:
    pieces: list[str] = []
    left = MAX_OUTPUT
    for piece in template.generate(context):
        left -= len(piece)
        if left < 0:
            raise ValueError(f"makes more than {MAX_OUTPUT} characters")
        pieces.append(piece)
    return "".join(pieces)


def _line(error: BaseException, file: str) -> int | None:
    """The template's line that was running: Jinja2 writes tracebacks in terms of templates."""
    line, step = None, error.__traceback__
    while step is not None:
        line = step.tb_lineno if step.tb_frame.f_code.co_filename == file else line
        step = step.tb_next
    return line


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > MAX_RANGE:
        raise ValueError(f"range of {len(found)}, more than {MAX_RANGE}")
    return found


def _shorten(value: str, limit: int) -> str:
    if isinstance(value, Markup):
        raise TypeError("shorten is for values, not for markup")
    return shortened(value, limit)


def _right(value: object, width: int) -> str:
    text = str(value)
    return " " * (min(width, MAX_WIDTH) - cells(text)) + text
