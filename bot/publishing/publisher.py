"""`Publisher`: the one way into the outbox for digests, on schedule or at an operator's word, and their preview.

A fire time goes this way, and each arrow is one call:

    due() → recipients() → copies() → one transaction: the edition, its articles, its deliveries, the mark

Everything before the transaction may be repeated at will, and is where the digest sent something else meanwhile; the
edition's unique key decides which process it was.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.command import Composer
from bot.delivery.delivery import Destination, Priority
from bot.delivery.outbox import Outbox, Owed
from bot.failpoints import Point, reach
from bot.plans import DigestPlan
from bot.publishing import editions, wording
from bot.publishing.clock_check import ClockCheck
from bot.publishing.composing import Composing, Composition, Copy, Recipient
from bot.publishing.editions import OUT_OF_SCHEDULE, Edition, EditionState, Mark
from bot.publishing.following import CLOCK_WAS_AHEAD, Following
from bot.publishing.recipients import recipients
from bot.publishing.results import (
    Doubted,
    EditionReason,
    Empty,
    Faulted,
    Missed,
    Published,
    Result,
    Rewound,
    Taken,
)
from bot.schedule.due import Due, due
from bot.store.engine import Store
from bot.store.statements import take_turns
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer


class Publisher:
    """Publishes what is due; synchronous, so the loops call it in a thread."""

    def __init__(
        self,
        *,
        newsroom: Newsroom,
        renderer: Renderer,
        store: Store,
        outbox: Outbox,
        composers: Mapping[str, Composer],
        followed: dict[str, Mark] | None = None,
    ) -> None:
        """`followed`: how far an earlier publisher of this process was; handed on and kept up to date."""
        self._composition = Composition(newsroom, renderer, composers)
        self._following = Following(store, {} if followed is None else followed)
        self._clock_check = ClockCheck(store)
        self._store = store
        self._outbox = outbox

    def tick(self, plans: Iterable[DigestPlan], now: datetime) -> tuple[Result, ...]:
        """Publish what is due, record what was missed; a plan that breaks is a `Faulted` among the results.

        StoreError where the store cannot be asked whether the clock is right.
        """
        last = self._clock_check.doubt(now)
        if last is not None:
            return (Doubted(last),)
        plans = tuple(plans)
        self._following.forget_all_but({plan.name for plan in plans})
        results: list[Result] = []
        for plan in plans:
            try:
                results += self._carry_out(plan, now)
            except Exception as error:  # noqa: BLE001 - the last line of the round: one plan must not stop the others
                results.append(Faulted(plan.name, f"{type(error).__name__}: {error}"))
        return tuple(results)

    def publish_now(self, plan: DigestPlan, now: datetime, to: Sequence[Destination] | None = None) -> Result:
        """Publish out of schedule: an edition of its own, by the plan's rules, to the plan's destinations or others.

        It takes no slot of the schedule; what it sends counts as sent, and what was sent before is not sent again.
        """
        local = now.astimezone(plan.timetable.timezone)
        plan = plan if to is None else replace(plan, to=tuple(to))
        return self._publish(plan, f"{OUT_OF_SCHEDULE}{local:%Y-%m-%dT%H:%M:%S}", now, now, None)

    def preview(
        self, plan: DigestPlan, now: datetime, *, dialect: str | None = None, explain: bool = False
    ) -> tuple[Copy, ...]:
        """What publishing at `now` would send to each destination, as of then; nothing is written."""
        with self._store.read() as connection:
            those = recipients(connection, plan, now, before=now)
        return tuple(self._composition.copies(plan, those, now, Composing(dialect=dialect, explain=explain)))

    def _carry_out(self, plan: DigestPlan, now: datetime) -> list[Result]:
        mark = self._following.mark(plan, now)
        if mark.high_water - now > CLOCK_WAS_AHEAD:
            self._following.rewind(plan, now)
            return [Rewound(plan.name, mark.high_water)]
        found = due(plan.timetable, now=now, high_water=mark.high_water)
        results: list[Result] = []
        if found.missed:
            mark = replace(mark, high_water=found.missed[-1].instant)
            results += self._record_missed(found, plan, mark, now)
            self._following.reached(plan.name, mark)
        if found.publish is not None:
            slot, instant = found.publish
            mark = replace(mark, high_water=instant)
            results.append(self._publish(plan, slot.key, instant, now, mark))
            self._following.reached(plan.name, mark)
        return results

    def _record_missed(self, found: Due, plan: DigestPlan, mark: Mark, now: datetime) -> list[Result]:
        missed = tuple(_missed(plan, found, now))
        with self._store.begin() as connection:
            take_turns(connection, f"digest {plan.name}")
            new = [told for edition, told in missed if editions.record(connection, edition, now)]
            editions.raise_mark(connection, plan.name, mark)
        return list(new)

    def _publish(self, plan: DigestPlan, slot: str, due_at: datetime, now: datetime, mark: Mark | None) -> Result:
        """One edition, chosen as of its fire time; `mark` is moved with it where it is the schedule's."""
        while True:
            with self._store.read() as connection:
                # Read before what was sent, so that nothing sent later goes unnoticed.
                stamp = editions.stamp(connection, plan.name)
                those = recipients(connection, plan, due_at)
            copies = tuple(self._composition.copies(plan, those, due_at, Composing(late=now - due_at)))
            edition = self._edition(plan, slot, due_at, those, copies)
            issued = self._issue(edition, copies, now, now + plan.timetable.lateness, stamp=stamp, mark=mark)
            if issued is not None:
                reach(Point.PLANNED)
                return issued

    def _issue(
        self,
        edition: Edition,
        copies: Sequence[Copy],
        now: datetime,
        expires_at: datetime,
        *,
        stamp: tuple[int, int],
        mark: Mark | None,
    ) -> Result | None:
        """Write the edition and all that belongs to it; None, and nothing, where others were recorded since `stamp`."""
        with self._store.begin() as connection:
            # Else another edition of the digest could go out between a look at what was sent and this one's record.
            take_turns(connection, f"digest {edition.digest}")
            taken = editions.recorded(connection, edition.key)
            if not taken and editions.stamp(connection, edition.digest) != stamp:
                return None
            if mark is not None:
                editions.raise_mark(connection, edition.digest, mark)
            if taken:
                return Taken(edition.key, edition.digest)
            editions.record(connection, edition, now)
            for copy in copies:
                editions.record_articles(connection, edition, str(copy.destination), copy.digest.files)
            deliveries = self._outbox.add(connection, tuple(_owed(edition, copies, expires_at)), now)
        return _result(edition, copies, deliveries, now)

    def _edition(
        self, plan: DigestPlan, slot: str, due_at: datetime, those: Sequence[Recipient], copies: Sequence[Copy]
    ) -> Edition:
        since = min((copy.digest.since for copy in copies), default=due_at - plan.spec.window)
        if not all(copy.digest.empty for copy in copies):
            return Edition(plan.name, slot, due_at, EditionState.PUBLISHED, since)
        reason = self._composition.emptiness(plan, those, due_at)
        return Edition(plan.name, slot, due_at, EditionState.EMPTY, since, reason, wording.empty(plan, reason, since))


def _missed(plan: DigestPlan, found: Due, now: datetime) -> Iterator[tuple[Edition, Missed]]:
    """The slots that were not published; the first one speaks for those that are not named."""
    unnamed_from = found.unnamed_from
    for late in found.missed:
        reason = EditionReason.TOO_LATE if late.overtaken_by is None else EditionReason.OVERTAKEN
        detail = wording.missed(plan, late, now, unnamed_from)
        edition = Edition(plan.name, late.slot.key, late.instant, EditionState.MISSED, None, reason, detail)
        yield edition, Missed(edition.key, plan.name, reason, detail)
        unnamed_from = None


def _owed(edition: Edition, copies: Iterable[Copy], expires_at: datetime) -> Iterator[Owed]:
    """Every message of the edition; one that cannot be delivered for as long as a fire time may be late, expires."""
    for copy in copies:
        for part, call in enumerate(copy.calls, start=1):
            yield Owed(
                key=f"{edition.key}/{copy.destination}/{part}",
                destination=copy.destination,
                call=call,
                priority=Priority.BROADCAST,
                part=part,
                edition=edition.key,
                expires_at=expires_at,
            )


def _result(edition: Edition, copies: Sequence[Copy], deliveries: int, now: datetime) -> Result:
    unknown = tuple(dict.fromkeys(text for copy in copies for text in copy.unknown))
    if edition.reason is not None:
        return Empty(edition.key, edition.digest, edition.reason, edition.detail or "", deliveries, unknown)
    articles = {file for copy in copies for file in copy.digest.files}
    return Published(edition.key, edition.digest, len(articles), deliveries, now - edition.due_at, unknown)
