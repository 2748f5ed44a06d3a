"""An edition composed for each of its destinations: chosen and rendered once for all who are to get the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.command import Answer, Composer
from bot.delivery.delivery import Call, Destination
from bot.plans import DigestPlan, OnEmpty
from bot.publishing.results import EditionReason
from digests.digest import Digest
from digests.message import Message
from digests.newsroom import Newsroom
from digests.rendering.renderer import Presentation, Renderer
from digests.topics.tree import UnknownTopic

LATE = timedelta(minutes=5)
"""From here on an edition says that it is late; less is what an alarm clock and a busy machine take."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A destination, and what the choice for it depends on."""

    destination: Destination
    since: datetime | None = None
    """The window's start where it is not the plan's own window."""
    seen: frozenset[str] = field(default_factory=frozenset)
    """Files of the articles that the digest sent there already."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What one destination gets of an edition: `messages` say it in its dialect, `calls` are what is sent."""

    destination: Destination
    digest: Digest
    unknown: tuple[str, ...]
    """Topics of the plan that nobody knows."""
    messages: tuple[Message, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Composing:
    """How an edition is told: `late` after its time, in another dialect for a preview, with every reason."""

    late: timedelta = timedelta(0)
    dialect: str | None = None
    """Of `messages`; None: the destination's own."""
    explain: bool = False


class Composition:
    """Composes editions; writes nothing and sends nothing."""

    def __init__(self, newsroom: Newsroom, renderer: Renderer, composers: Mapping[str, Composer]) -> None:
        self._newsroom = newsroom
        self._renderer = renderer
        self._composers = composers

    def copies(
        self, plan: DigestPlan, recipients: Iterable[Recipient], now: datetime, how: Composing
    ) -> Iterator[Copy]:
        """Each recipient's copy as of `now`; without messages where there is nothing and the plan skips such days."""
        alike: defaultdict[tuple[datetime | None, frozenset[str]], list[Destination]] = defaultdict(list)
        for recipient in recipients:
            alike[recipient.since, recipient.seen].append(recipient.destination)
        for (since, seen), destinations in alike.items():
            digest, unknown = self._chosen(plan, Recipient(destinations[0], since, seen), now, how)
            yield from self._told(plan, digest, unknown, destinations, how)

    def emptiness(self, plan: DigestPlan, recipients: Iterable[Recipient], now: datetime) -> EditionReason:
        """Why there is no article for any of the recipients."""
        windows = {recipient.since: replace(recipient, seen=frozenset()) for recipient in recipients}
        digests = [self._chosen(plan, one, now, Composing()) for one in windows.values()]
        if not all(digest.empty for digest, _ in digests):
            return EditionReason.ALL_SENT_BEFORE
        nobody_knows = plan.spec.topics and all(len(unknown) == len(plan.spec.topics) for _, unknown in digests)
        return EditionReason.UNKNOWN_TOPICS if nobody_knows else EditionReason.NO_ARTICLES

    def _chosen(
        self, plan: DigestPlan, recipient: Recipient, now: datetime, how: Composing
    ) -> tuple[Digest, tuple[str, ...]]:
        """The digest, and the topics it had to do without: one that nobody knows never costs the others."""
        spec, unknown = plan.spec, list[str]()
        since, seen = recipient.since, recipient.seen
        while True:
            try:
                digest = self._newsroom.digest(spec, now=now, since=since, seen=seen, explain=how.explain)
                return digest, tuple(unknown)
            except UnknownTopic as error:
                unknown.append(error.text)
                spec = replace(spec, topics=tuple(topic for topic in spec.topics if topic != error.text))
            if not spec.topics:  # none left: that is nothing, where none asked for would be everything
                return Digest(now, since or now - spec.window, ()), tuple(unknown)

    def _told(
        self,
        plan: DigestPlan,
        digest: Digest,
        unknown: tuple[str, ...],
        destinations: Iterable[Destination],
        how: Composing,
    ) -> Iterator[Copy]:
        presentation = Presentation(
            title=plan.title,
            timezone=plan.timetable.timezone,
            link_previews=plan.link_previews,
            note=_note(how.late, unknown),
            explain=how.explain,
        )
        silent = digest.empty and plan.on_empty is OnEmpty.SKIP
        rendered: dict[str, tuple[Message, ...]] = {}
        for destination in destinations:
            for dialect in {destination.platform, how.dialect or destination.platform} - rendered.keys():
                rendered[dialect] = () if silent else self._renderer.digest(digest, dialect, presentation)
            own = rendered[destination.platform]
            calls = self._composers[destination.platform](Answer(own), destination, None) if own else ()
            yield Copy(destination, digest, unknown, rendered[how.dialect or destination.platform], calls)


def _note(late: timedelta, unknown: tuple[str, ...]) -> str:
    parts = [f"{late_text(late)} late"] if late >= LATE else []
    parts += [f"no topic “{text}”" for text in unknown]
    return " · ".join(parts)


def late_text(late: timedelta) -> str:
    """`25 min`, `2 h` or `3 d`: how late, as people say it, rounded to what matters."""
    minutes = round(late.total_seconds() / 60)
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= 2 * size or minutes == size:
            return f"{round(minutes / size)} {unit}"
    return f"{minutes} min"
