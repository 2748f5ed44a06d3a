"""The hottest stories as an answer, page by page: `/latest [topic] [n]` and `/topic NAME`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.command import Answer
from bot.commands.conversation import Conversation
from bot.commands.pages import Page, depth, page_buttons, page_of
from bot.commands.request import MOST, Request, parse
from bot.commands.topics import not_found
from bot.durations import duration_text
from digests.digest import Digest
from digests.message import Message
from digests.rendering.renderer import Presentation
from digests.topics.tree import Topic, UnknownTopic

WIDER = (timedelta(days=30), timedelta(days=365), timedelta(days=3650))
"""Windows tried in turn where the configured one holds nothing."""


def stories(talk: Conversation) -> Answer:
    """The stories asked for, or that there is no such topic."""
    request = parse(talk.command.argument, talk.now)
    try:
        request, topic = _resolved(talk, request)
    except UnknownTopic as error:
        return not_found(talk, error)
    as_of = request.as_of or talk.now.replace(microsecond=0)
    count = request.count(talk.options.latest.limit)
    ranked, window = _ranked(talk, topic, as_of, depth(request, count))
    page = page_of(ranked, request, count)
    page, messages = _told(talk, page, _note(talk, request, ranked, window))
    return Answer(messages, page_buttons(page, "" if topic is None else topic.slug, as_of))


def _resolved(talk: Conversation, request: Request) -> tuple[Request, Topic | None]:
    """The topic that was meant, None for all; and the request, without the number that came after the topic."""
    if not request.topic:
        return request, None
    try:
        return request, talk.newsroom.topic(request.topic)
    except UnknownTopic:
        numbered = request.without_number()
        if numbered is None:
            raise
        return numbered, talk.newsroom.topic(numbered.topic) if numbered.topic else None


def _ranked(talk: Conversation, topic: Topic | None, as_of: datetime, limit: int) -> tuple[Digest, timedelta]:
    """The stories of the configured window, or of the first wider one that has any; and which window it was."""
    for window in _windows(talk.options.latest.window):
        topics = () if topic is None else (topic.slug,)
        spec = replace(talk.options.latest, topics=topics, window=window, limit=limit)
        digest = talk.newsroom.digest(spec, now=as_of, explain=False)
        if not digest.empty:
            break
    return digest, window


def _windows(usual: timedelta) -> Iterator[timedelta]:
    yield usual
    yield from (wider for wider in WIDER if wider > usual)


def _note(talk: Conversation, request: Request, ranked: Digest, window: timedelta) -> str:
    parts = [f"1 to {MOST} at a time, not {request.number}"] if request.out_of_range else []
    usual = talk.options.latest.window
    if window != usual and not ranked.empty:
        parts.append(f"nothing in the last {duration_text(usual)}, so these are of the last {duration_text(window)}")
    return " · ".join(parts)


def _told(talk: Conversation, page: Page, note: str) -> tuple[Page, tuple[Message, ...]]:
    """The page rendered: what replaces one message is one message, so there the page shrinks until it is one."""
    presentation = Presentation(
        timezone=talk.options.timezone,
        link_previews=talk.options.link_previews,
        note=" · ".join(part for part in (page.place, note) if part),
        first=page.start + 1,
    )
    messages = talk.renderer.digest(page.digest, talk.dialect, presentation)
    if talk.command.edit is not None and len(messages) > 1 and page.count > 1:
        return _told(talk, replace(page, count=page.count // 2), note)
    return page, messages
