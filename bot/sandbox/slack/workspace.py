"""The stand-in's workspace: who and what is in it, and how its messages change. No call, no socket in sight."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Follower = Callable[[str], None]
"""Told the channel whose messages changed."""

BOT = {"user_id": "U0BOT", "user": "heatwire", "bot_id": "B0BOT", "team_id": "T1", "team": "Acme"}
MICROSECONDS = 1_000_000
"""Slack's `ts` are Unix seconds with six digits after the point, and name a message within its channel."""


@dataclass(slots=True)
class Channel:
    """A channel, with its messages in the order of their `ts`, those included that one person alone sees."""

    id: str
    is_member: bool = True
    is_archived: bool = False
    messages: list[Json] = field(default_factory=list)
    named: dict[str, Json] = field(default_factory=dict)
    """The same messages by their `ts`."""

    @property
    def name(self) -> str:
        """As people write it, without `#`."""
        return self.id.lower()

    @property
    def is_direct(self) -> bool:
        """Whether it is one person's conversation with the app."""
        return self.id.startswith("D")

    def add(self, message: Json) -> None:
        """Another message, later than all before."""
        self.messages.append(message)
        self.named[message["ts"]] = message

    def remove(self, ts: str) -> None:
        """A message is gone."""
        self.messages.remove(self.named.pop(ts))

    def newest_first(self) -> Iterator[Json]:
        """What everybody sees."""
        return (message for message in reversed(self.messages) if not message.get("is_ephemeral"))


class Workspace:
    """Everything that calls and people change."""

    def __init__(self, channels: Iterable[str], users: Iterable[str], clock: Callable[[], float] = time.time) -> None:
        self.channels = {name: Channel(name) for name in channels}
        self.users: dict[str, Json] = {name: person(name) for name in users} | {BOT["user_id"]: bot_user()}
        self.clock = clock
        """Unix seconds."""
        self.views: dict[str, Json] = {}
        """Home tabs and modals by their id."""
        self.triggers: dict[str, float] = {}
        """What a modal can still be opened with, and until when."""
        self.followers: list[Follower] = []
        self._last = 0
        self._number = itertools.count(1)

    def ts(self) -> str:
        """A message's name: the time now, later than all before."""
        self._last = max(int(self.clock() * MICROSECONDS), self._last + 1)
        return f"{self._last // MICROSECONDS}.{self._last % MICROSECONDS:06}"

    def number(self) -> int:
        """What makes an id one of a kind."""
        return next(self._number)

    def channel(self, said: object) -> Channel | None:
        """A channel by its id, by its name, or by the person one talks to there."""
        name = str(said or "")
        if name in self.users and name != BOT["user_id"]:
            return self.channels.setdefault(f"D{name[1:]}", Channel(f"D{name[1:]}"))
        known = self.channels.get(name)
        return known or next((other for other in self.channels.values() if f"#{other.name}" == name), None)

    def message(self, channel: str, ts: str) -> Json | None:
        """One message by its name."""
        found = self.channels.get(channel)
        return found.named.get(ts) if found else None

    def post(self, channel: Channel, message: Mapping[str, Any]) -> Json:
        """Let a message stand in a channel, and count it at its thread's parent; its `ts` is a new one."""
        posted: Json = {"type": "message", **message, "ts": self.ts()}
        parent = channel.named.get(posted.get("thread_ts", ""))
        if parent is not None and not posted.get("is_ephemeral"):
            parent |= {"thread_ts": parent["ts"], "latest_reply": posted["ts"]}
            parent["reply_count"] = parent.get("reply_count", 0) + 1
        channel.add(posted)
        self.tell(channel)
        return posted

    def change(self, channel: Channel, message: Json, changes: Mapping[str, Any]) -> None:
        """Let a message say something else."""
        message.update(changes)
        self.tell(channel)

    def delete(self, channel: Channel, ts: str) -> None:
        """Take a message away."""
        channel.remove(ts)
        self.tell(channel)

    def tell(self, channel: Channel) -> None:
        """Let everybody who follows know that its messages changed."""
        for follower in tuple(self.followers):
            follower(channel.id)


def person(name: str) -> Json:
    """A member of the workspace."""
    return {
        "id": name, "team_id": BOT["team_id"], "name": name.lower(), "real_name": name, "deleted": False,
        "is_bot": False, "tz": "Europe/Vienna", "profile": {"display_name": name.lower(), "real_name": name},
    }  # fmt: skip


def bot_user() -> Json:
    """The app as a member of the workspace."""
    known = {"id": BOT["user_id"], "name": BOT["user"], "real_name": "Heatwire", "is_bot": True}
    return {**person(BOT["user_id"]), **known, "profile": {"bot_id": BOT["bot_id"], "real_name": "Heatwire"}}
