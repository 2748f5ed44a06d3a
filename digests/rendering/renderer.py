"""A digest to messages: templates render its parts, and whole parts are packed under the dialect's limits."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from digests.dialects import DIALECTS
from digests.dialects.dialect import Dialect, Part
from digests.digest import Digest
from digests.message import Message, Notice
from digests.rendering.composing import digest_messages, notice_messages
from digests.rendering.parts import PartRenderer
from digests.rendering.samples import NOTICES, editions
from digests.rendering.template_files import NAMES, TemplateError, TemplateFault
from digests.rendering.wording import Context, Presentation, Wording

__all__ = ["Presentation", "Renderer", "TemplateError", "TemplateFault"]

T = TypeVar("T")


class Renderer:
    """Renders in every dialect, with an admin's own templates before the package's.

    Keep one: templates are compiled when they are first needed, and kept. A change of an admin's template is seen by
    a new renderer only, so that a running one never changes its mind between two messages.
    """

    def __init__(self, own_templates: Path | None = None) -> None:
        self._own = own_templates
        self._renderers = {name: PartRenderer(dialect, own_templates) for name, dialect in DIALECTS.items()}

    def digest(self, digest: Digest, dialect: str, presentation: Presentation) -> tuple[Message, ...]:
        """The messages of a digest, in order; one that says so where it is empty.

        TemplateError where an admin's template fails; no article makes a template of the package's fail.
        """
        return digest_messages(self._renderers[dialect], Wording(DIALECTS[dialect], digest, presentation))

    def notice(self, notice: Notice, dialect: str) -> tuple[Message, ...]:
        """The messages of a notice, in order; TemplateError where an admin's template fails."""
        return notice_messages(self._renderers[dialect], notice)

    def faults(self) -> tuple[TemplateFault, ...]:
        """What is wrong with the templates in force, the first fault of each, found by trying them on nasty samples."""
        tried = [fault for dialect in DIALECTS.values() for fault in _Trial(dialect, self._own).faults()]
        return (*self._strays(), *tried)

    def _strays(self) -> Iterator[TemplateFault]:
        """Files that no dialect asks for: a slip in a name would otherwise go unseen."""
        if self._own is None:
            return
        if not self._own.is_dir():
            yield TemplateFault(str(self._own), None, "no such folder")
        known = {self._own / dialect / f"{name}.j2" for dialect in DIALECTS for name in NAMES}
        for path in sorted(set(self._own.rglob("*.j2")) - known):
            yield TemplateFault(str(path), None, "no template of this name is asked for")


class _Trial(PartRenderer):
    """Renders on after a fault, and remembers it: for each template the first."""

    def __init__(self, dialect: Dialect, own_templates: Path | None) -> None:
        super().__init__(dialect, own_templates)
        self._found: dict[str, TemplateFault] = {}

    def faults(self) -> tuple[TemplateFault, ...]:
        for digest, presentation in editions():
            self._try(digest_messages, Wording(self.dialect, digest, presentation))
        for notice in NOTICES:
            self._try(notice_messages, notice)
        return tuple(self._found.values())

    def _try(self, messages: Callable[[PartRenderer, T], object], shown: T) -> None:
        try:
            messages(self, shown)
        except TemplateError as error:  # each part was right, and yet they fit into no message
            self._found.setdefault(error.fault.file, error.fault)

    def part(self, name: str, context: Context) -> Part:
        try:
            return super().part(name, context)
        except TemplateError as error:
            self._found.setdefault(error.fault.file, error.fault)
            return Part(None, (0,) * len(self.dialect.limit))
