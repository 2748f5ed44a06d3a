"""Which template is in force, an admin's own or the package's, and what can be wrong with one."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from digests.errors import NewsError

NAMES = ("heading", "section", "entry", "quiet", "empty", "continued", "left_out", "notice")
"""The templates that every dialect has; `digests/templates/README.md` says what each is for."""


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a template, and where."""

    file: str
    line: int | None
    """From 1; None where it is about the whole file."""
    reason: str

    def __str__(self) -> str:
        """`file:line: reason`, as editors and terminals link it."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.reason}"


class TemplateError(NewsError):
    """A template that cannot be used: the operator's to mend where it is their own."""

    def __init__(self, fault: TemplateFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Source:
    """A template's text and the file it came from."""

    file: str
    text: str

    def fault(self, reason: str, line: int | None = None) -> TemplateFault:
        """A fault of this template."""
        return TemplateFault(self.file, line, reason)

    def line_of(self, token: str) -> int | None:
        """The first line that has the token, from 1."""
        at = self.text.find(token)
        return None if at < 0 else self.text.count("\n", 0, at) + 1


def source(own: Path | None, dialect: str, name: str) -> Source:
    """The template in force: an admin's `<own>/<dialect>/<name>.j2` where there is one, else the package's."""
    if own is not None and (path := own / dialect / f"{name}.j2").is_file():
        try:
            return Source(str(path), path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(TemplateFault(str(path), None, str(error))) from error
    packaged = files("digests") / "templates" / dialect / f"{name}.j2"
    return Source(f"digests/templates/{dialect}/{name}.j2", packaged.read_text(encoding="utf-8"))
