"""Slack's side of a run: channels of one workspace."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

from bot.delivery.delivery import Call
from bot.sandbox.slack.stand_in import SlackStandIn
from tests.faults.side import WORDS, numbers_in
from tests.faults.weather import Weather
from tests.faults.wire import Sent, Wire
from tests.stories.process import TOKENS

UNIT = 10.0
"""Seconds that the stand-in makes of a lateness of 1."""


class SlackSide:
    """The stand-in for Slack behind a wire."""

    name = "slack"
    unit = UNIT
    sending = "chat.postMessage"

    def __init__(self, stand_in: SlackStandIn, wire: Wire, chats: int) -> None:
        self.stand_in = stand_in
        self.wire = wire
        self.posted: Counter[int] = Counter()
        self._seen: dict[str, str] = {}
        self.chats: Sequence[str] = [f"C{at:06}" for at in range(chats)]
        for chat in self.chats:
            stand_in.add_channel(chat)
        stand_in.on_change(self._changed)

    def call(self, chat: str, number: int) -> Call:
        """With blocks beside the text, as digests have them."""
        text = f"Delivery [{number:06}] {WORDS}".replace("&", "&amp;")
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
        return Call(self.sending, {"channel": chat, "text": text, "blocks": blocks, "unfurl_links": False})

    async def greet(self) -> None:
        """Nothing that a bot would hear of."""

    def is_heard(self) -> bool:
        """There is nothing to be heard."""
        return True

    def disturb(self, weather: Weather | None) -> None:
        """All calls."""
        self.stand_in.set_chaos(weather)

    async def block(self, chat: str) -> None:
        """The channel is archived, of which nobody tells the bot."""
        self.stand_in.workspace.channels[chat].is_archived = True

    async def chatter(self, random: Random) -> None:
        """Somebody writes in a channel, and not to the bot."""
        await self.stand_in.say(random.choice(self.chats), "interesting")

    def left(self, chat: str) -> list[int]:
        """Which deliveries stand in a channel, in order."""
        return numbers_in([message.get("text", "") for message in self.stand_in.messages(chat)])

    def _changed(self, chat: str) -> None:
        messages = self.stand_in.messages(chat)
        # Edits and deletions are told as well, and make no new message.
        if messages and messages[-1]["ts"] > self._seen.get(chat, ""):
            self._seen[chat] = messages[-1]["ts"]
            self.posted.update(numbers_in([messages[-1].get("text", "")]))


@asynccontextmanager
async def slack_side(chats: int, seed: int, sent: Sent) -> AsyncIterator[SlackSide]:
    """A Slack with so many channels."""
    stand_in = SlackStandIn(
        bot_token=TOKENS["HEATWIRE_SLACK_BOT_TOKEN"],
        app_token=TOKENS["HEATWIRE_SLACK_APP_TOKEN"],
        signing_secret=TOKENS["HEATWIRE_SLACK_SIGNING_SECRET"],
    )
    async with stand_in, Wire("slack", stand_in.url, SlackSide.sending, "channel", seed, sent) as wire:
        yield SlackSide(stand_in, wire, chats)
