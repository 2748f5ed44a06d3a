"""What a digest or a notice is made of, part by part, each small enough; and the messages that carry the parts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from digests.dialects.dialect import Cost, Part
from digests.digest import Section
from digests.message import Message, Notice
from digests.rendering.packing import fits, less, pack, total
from digests.rendering.parts import PartRenderer
from digests.rendering.wording import CUTS, Context, Wording, continued, notice

T = TypeVar("T")

_MANY = 999
"""The number of messages whose digits room is kept for, in the headings of those after the first."""


def digest_messages(renderer: PartRenderer, wording: Wording) -> tuple[Message, ...]:
    """A digest in messages; TemplateError where a template fails or leaves no room for an entry."""
    heading = wording.heading()
    topics = {wording.name(section.topic) for section in wording.digest.sections}
    composition = _Composition(renderer, heading["digest"], topics)
    if wording.digest.empty:
        composition.add("empty", [heading])
    else:
        composition.add("heading", [heading], leads=True)
    for section in wording.digest.sections:
        _add_section(composition, wording, section, heading)
    return composition.messages(link_previews=wording.presentation.link_previews)


def notice_messages(renderer: PartRenderer, said: Notice) -> tuple[Message, ...]:
    """A notice in messages, as few as its lines fit in; TemplateError where a template fails."""

    def context(lines: Sequence[str], begins: bool) -> Context:
        return notice(said, lines, renderer.dialect, begins=begins)

    title = context((), True)["title"]
    composition = _Composition(renderer, title, ())
    composition.add_list("notice", said.lines, context)
    return composition.messages(link_previews=False)


class _Composition:
    """Parts in order, each rendered so that it fits into a message with the headings before it."""

    def __init__(self, renderer: PartRenderer, name: str, topics: Iterable[str]) -> None:
        self._renderer = renderer
        self._name = name
        self._limit, self._gap = renderer.dialect.limit, renderer.dialect.gap
        longest = max(topics, key=renderer.dialect.length, default="")
        self._head = self._continued(_MANY, _MANY, longest).cost
        self._parts: list[Part] = []

    def add(self, template: str, contexts: Iterable[Context], *, leads: bool = False, topic: str = "") -> None:
        """Add the part that the first of the contexts makes which fits: they go from the fullest to the shortest."""
        room = self._room()
        for context in contexts:
            part = self._renderer.part(template, context)
            if fits(part.cost, room):
                self._append(replace(part, leads=leads, topic=topic))
                return
        raise self._renderer.error(template, f"costs {part.cost} even at its shortest, where {room} is left")

    def add_list(self, template: str, items: Sequence[T], context: Callable[[Sequence[T], bool], Context]) -> None:
        """Add a list whole, or halved until each piece fits; the context is told whether its piece is the first."""
        pieces = [(items, True)]
        while pieces:
            piece, begins = pieces.pop(0)
            shown = context(piece, begins)
            if len(piece) > 1 and not fits(self._renderer.part(template, shown).cost, self._room()):
                half = len(piece) // 2
                pieces[:0] = [(piece[:half], begins), (piece[half:], False)]
            else:
                self.add(template, [shown])

    def messages(self, *, link_previews: bool) -> tuple[Message, ...]:
        """All parts, packed; every message but the first says which it is."""
        packed = pack(self._parts, limit=self._limit, gap=self._gap, head=self._head)
        numbered = (self._headed(parts, number, len(packed)) for number, parts in enumerate(packed, 1))
        return tuple(self._renderer.dialect.message(parts, link_previews=link_previews) for parts in numbered)

    def _append(self, part: Part) -> None:
        if part.content:
            self._parts.append(part)

    def _room(self) -> Cost:
        """What the next part may cost, should it begin a message with the headings that lead to it."""
        room = less(less(self._limit, self._head), self._gap)
        for part in reversed(self._parts):
            if not part.leads:
                break
            room = less(less(room, part.cost), self._gap)
        return room

    def _headed(self, parts: tuple[Part, ...], number: int, of: int) -> tuple[Part, ...]:
        if number == 1:
            return parts
        topic = "" if parts[0].leads else parts[0].topic  # a section's own heading says it already
        head = self._continued(number, of, topic)
        whole = (head, *parts) if head.content else parts
        if not fits(total(whole, self._gap), self._limit):
            raise self._renderer.error("continued", f"costs {head.cost}, and {self._head} where it was tried")
        return whole

    def _continued(self, number: int, of: int, topic: str) -> Part:
        return self._renderer.part("continued", continued(self._name, number, of, topic))


def _add_section(composition: _Composition, wording: Wording, section: Section, heading: Context) -> None:
    shown = {**heading, **wording.section(section)}
    if section.entries:
        composition.add("section", [shown], leads=True)
    elif not wording.digest.empty:
        composition.add("quiet", [shown])
    for position, entry in enumerate(section.entries, wording.presentation.first):
        contexts = ({**shown, **wording.entry(entry, position, cut)} for cut in CUTS)
        composition.add("entry", contexts, topic=shown["topic"])
    if wording.presentation.explain and section.left_out:
        composition.add_list("left_out", section.left_out, lambda some, _: {**shown, **wording.left_out(some)})
