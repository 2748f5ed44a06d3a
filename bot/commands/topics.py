"""The topics as answers: a keyboard to pick from, the tree with its counts, and the nearest names to a wrong one."""

from collections.abc import Iterable, Sequence

from bot.command import Answer, Button
from bot.commands.conversation import Conversation, Rows
from digests.newsroom import TopicRow
from digests.topics.tree import UnknownTopic

PICKED_FROM = 24
"""Topics in the keyboard, the most used ones."""
LISTED = 80
"""Topics in the list, the most used ones; a parent counts its children, so that no child stands without it."""
IN_A_ROW = 3
SLUG_BYTES = 40
"""The longest slug, in bytes of UTF-8, that a button can carry beside a page's numbers (Telegram: 64 in all)."""
BELOW = "\N{EN DASH} "
"""Before a name in the list, once for each topic above it."""
LABEL = 40
"""Characters of a topic's name on a button or in a heading."""


def keyboard(talk: Conversation) -> Answer:
    """The most used topics as buttons."""
    rows = _by_use(row for row in talk.newsroom.topics() if is_carried(row.slug))[:PICKED_FROM]
    if not rows:
        return _none_yet(talk)
    buttons = _in_rows([_button(row.slug, row.short_name) for row in rows])
    return talk.said("Which topic?", f"{talk.typed('topic')} NAME finds any other.", buttons=buttons)


def tree(talk: Conversation) -> Answer:
    """The topics with how many articles each has, children under their parents."""
    rows = talk.newsroom.topics()
    listed = frozenset(row.slug for row in _by_use(rows)[:LISTED])
    if not listed:
        return _none_yet(talk)
    lines = [f"{BELOW * row.depth}{row.name}: {row.count:,}" for row in rows if row.slug in listed]
    left_out = sum(row.count > 0 for row in rows) - len(listed)
    if left_out:
        lines.append(f"… and {left_out} more, each found by its name")
    return talk.said("Topics", *lines, ours=False)


def not_found(talk: Conversation, error: UnknownTopic) -> Answer:
    """That there is no such topic, and the nearest there are."""
    title = f"No topic “{shortened(error.text)}”"
    near = [talk.newsroom.topic(name) for name in error.nearest]
    buttons = [_button(topic.slug, topic.name) for topic in near if is_carried(topic.slug)]
    if not buttons:
        return talk.said(title, f"{talk.typed('topics')} lists them all.")
    return talk.said(title, "Did you mean one of these?", buttons=_in_rows(buttons))


def is_carried(slug: str) -> bool:
    """Whether a button can carry the slug."""
    return 0 < len(slug.encode()) <= SLUG_BYTES


def shortened(text: str) -> str:
    """A name that fits on a button."""
    return text if len(text) <= LABEL else f"{text[: LABEL - 1].rstrip()}…"


def _none_yet(talk: Conversation) -> Answer:
    return talk.said("No topics yet", "The archive has no published article.")


def _by_use(rows: Iterable[TopicRow]) -> list[TopicRow]:
    """Those with articles, most used first; of equals the first in the tree."""
    return sorted((row for row in rows if row.count), key=lambda row: -row.count)


def _button(slug: str, name: str) -> Button:
    return Button(shortened(name), "topic", slug)


def _in_rows(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW))
