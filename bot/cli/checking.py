"""`heatwire check`: configuration, templates, store, archive and tokens; everything wrong at once."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bot.archives import own_templates, source
from bot.chats import Chat, chats, deaf
from bot.cli.news import read
from bot.cli.printing import warn
from bot.clock import SystemClock
from bot.delivery.delivery import Destination
from bot.errors import BotError
from bot.observing import ignore
from bot.opening import opened_session
from bot.settings.loading import load
from bot.settings.settings import Settings
from bot.store.engine import Store
from digests.errors import NewsError
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer
from digests.topics.tree import UnknownTopic


def check_everything(config: Path, *, offline: bool) -> int:
    """Print what is well on stdout and what is not on stderr; answers 0, or 1 for problems found."""
    settings = load(config, os.environ, need_tokens=not offline)
    number = len(settings.digests)
    print(f"{config}: {number} {'digest' if number == 1 else 'digests'}, well formed")
    parts: list[Callable[[Settings], Iterator[str]]] = [_templates, _store, _archive]
    if not offline:
        parts.append(_chats)
    problems = [problem for part in parts for problem in _found(part, settings)]
    for problem in problems:
        warn(problem)
    return int(bool(problems))


def _found(part: Callable[[Settings], Iterator[str]], settings: Settings) -> list[str]:
    try:
        return list(part(settings))
    except (BotError, NewsError) as error:
        return [str(error)]


def _templates(settings: Settings) -> Iterator[str]:
    faults = Renderer(own_templates(settings)).faults()
    yield from map(str, faults)
    if not faults:
        print("templates: all render")


def _store(settings: Settings) -> Iterator[str]:
    with Store.opened(settings.store) as store:
        print(f"store: {store.name}")
    yield from ()


def _archive(settings: Settings) -> Iterator[str]:
    with read(source(settings.archive), settings.index) as news:
        problems = news.problems()
        print(f"archive: {news.count()} published articles, {len(problems)} files that cannot be read")
        if problems:
            yield f"{len(problems)} files of the archive cannot be read"
        yield from _topics(settings, news)


def _topics(settings: Settings, news: Newsroom) -> Iterator[str]:
    for plan in settings.digests.values():
        for text in plan.spec.topics:
            try:
                news.topic(text)
            except UnknownTopic as error:
                yield f"digests.{plan.name}.topics: {error}"


def _chats(settings: Settings) -> Iterator[str]:
    answers, doubts = asyncio.run(_asked(settings))
    for name, answer in answers.items():
        if isinstance(answer, BaseException):
            yield f"{name}: {answer}"
        else:
            print(f"{name}: {answer}")
    for destination, reason in doubts.items():
        # No problem: everything works, and the configuration says what happens then.
        warn(
            f"{destination}: unclear messages cannot be looked up, so they are settled by on_unclear: "
            f"{settings.on_unclear}: {reason}"
        )


async def _asked(settings: Settings) -> tuple[dict[str, str | BaseException], dict[Destination, str]]:
    """Who each platform says that the bot is, or what it says instead; and where it does not let it look."""
    async with opened_session() as session:
        plugged = chats(settings, deaf(session, SystemClock(), ignore))
        answers = await asyncio.gather(*(chat.identity() for chat in plugged.values()), return_exceptions=True)
        told = dict(zip(plugged, answers, strict=True))
        known = {name: chat for name, chat in plugged.items() if isinstance(told[name], str)}
        return told, await _doubts(settings, known)


async def _doubts(settings: Settings, known: Mapping[str, Chat]) -> dict[Destination, str]:
    """Why unclear messages could not be looked up, for each destination of a digest where they could not."""
    places = dict.fromkeys(place for plan in settings.digests.values() for place in plan.to if place.platform in known)
    reasons = {place: await known[place.platform].doubts(place) for place in places}
    return {place: reason for place, reason in reasons.items() if reason is not None}
