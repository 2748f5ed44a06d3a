"""The loop that tells the admins what went wrong, once: through the outbox like everything that is said."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from sqlalchemy import Connection

from bot.clock import Clock
from bot.command import Answer, Composer
from bot.delivery import destinations
from bot.delivery.delivery import Destination, Priority
from bot.delivery.destinations import Chat, Paused
from bot.delivery.outbox import Outbox, Owed
from bot.failpoints import Point, reach
from bot.notices.matters import Matter, gathered
from bot.notices.wording import event, notice
from bot.observing import Observe
from bot.store.engine import Store
from digests.rendering.renderer import Renderer

NEWS_FOR = timedelta(days=7)
"""For so long a notice is tried to be delivered; the outbox lists what it says for ever."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between two looks at what there is to tell."""

    look: float = 30.0
    after_telling: float = 600.0
    """A trouble that concerns many chats is told in few notices."""


class Notices:
    """Owes each admin a notice of what nobody was told yet.

    It is written to the log as well, and to that alone where there are no admins.
    """

    def __init__(
        self,
        *,
        store: Store,
        outbox: Outbox,
        renderer: Renderer,
        composers: Mapping[str, Composer],
        admins: Sequence[Destination],
        watched: Collection[Destination],
        clock: Clock,
        wake: Callable[[], None],
        observe: Observe,
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        """`watched`: where digests go."""
        self._store = store
        self._outbox = outbox
        self._renderer = renderer
        self._composers = composers
        self._admins = tuple(dict.fromkeys(admins))
        self._watched = frozenset(watched) | frozenset(admins)
        self._clock = clock
        self._wake = wake
        self._observe = observe
        self._rhythm = rhythm

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again, until `stop`."""
        while not stop.is_set():
            told = await asyncio.to_thread(self.tell, self._clock.now())
            if told:
                self._wake()
            await self._clock.wait(stop, self._rhythm.after_telling if told else self._rhythm.look)

    def tell(self, now: datetime) -> int:
        """One look, synchronous; answers how many matters there were. All of it is on disk then, or nothing."""
        with self._store.begin() as connection:
            matters = gathered(connection, self._watched, now)
            if matters:
                self._outbox.add(connection, tuple(self._owed(connection, matters, now)), now)
            # Before the commit: told twice in the log is better than never.
            for matter in matters:
                self._observe(*event(matter))
        if matters and self._admins:
            reach(Point.NOTICE_STORED)
        return len(matters)

    def _owed(self, connection: Connection, matters: Sequence[Matter], now: datetime) -> Iterator[Owed]:
        places = destinations.current(connection, self._admins)
        for admin, place in places.items():
            news = tuple(matter for matter in matters if not _concerns(matter, place.chat))
            if not news:
                continue
            said = Answer(self._renderer.notice(notice(news), admin.platform))
            for part, call in enumerate(self._composers[admin.platform](said, admin, None), start=1):
                yield Owed(
                    key=f"notice/{_name(matters, now)}/{admin}/{part}",
                    destination=admin,
                    call=call,
                    priority=Priority.BROADCAST,
                    part=part,
                    expires_at=now + NEWS_FOR,
                )


def _concerns(matter: Matter, chat: Chat) -> bool:
    """Whether it is that this very chat cannot be reached."""
    return isinstance(matter, Paused) and matter.chat == chat


def _name(matters: Iterable[Matter], now: datetime) -> str:
    """What tells this notice from all others, also from another process's of the same instant."""
    return f"{now:%Y-%m-%dT%H:%M:%S}-{crc32(repr(tuple(matters)).encode('utf-8', 'replace')):08x}"
