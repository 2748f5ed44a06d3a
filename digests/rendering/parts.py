"""One dialect's templates in force: values to a part that is read, measured and known to be what the platform takes."""

from pathlib import Path

from digests.dialects.dialect import Dialect, Part
from digests.dialects.markup import MarkupError
from digests.rendering.template_files import Source, TemplateError, source
from digests.rendering.templating import Template, compiled
from digests.rendering.wording import Context


class PartRenderer:
    """Renders parts in one dialect; each template is compiled when it is first needed, and kept."""

    def __init__(self, dialect: Dialect, own_templates: Path | None) -> None:
        self.dialect = dialect
        self._own = own_templates
        self._kept: dict[str, tuple[Source, Template]] = {}

    def part(self, name: str, context: Context) -> Part:
        """The part that a template makes of values; TemplateError where it fails or writes what the dialect has not."""
        origin, template = self._template(name)
        rendered = template(context)
        try:
            return self.dialect.part(rendered)
        except MarkupError as error:
            raise TemplateError(origin.fault(str(error), origin.line_of(error.token))) from error

    def error(self, name: str, reason: str) -> TemplateError:
        """What to raise where a template works, and what it makes cannot be used."""
        return TemplateError(self._template(name)[0].fault(reason))

    def _template(self, name: str) -> tuple[Source, Template]:
        if name not in self._kept:
            origin = source(self._own, self.dialect.name, name)
            self._kept[name] = (origin, compiled(origin, escape=self.dialect.markup))
        return self._kept[name]
