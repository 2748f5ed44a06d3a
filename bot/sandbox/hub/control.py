"""What the page, or a program, can have people do: write, type commands, press, mention, and make trouble."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

from bot.sandbox.chaos import Chaos, Drawn, Mishap
from bot.sandbox.hub.rooms import TELEGRAM
from bot.sandbox.hub.troubles import METHODS, SIZE, even
from bot.sandbox.slack.faults import befallen
from bot.sandbox.slack.reporting import Reported
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.telegram.faults import fault_of
from bot.sandbox.telegram.stand_in import TelegramStandIn

Json = Mapping[str, Any]
N = TypeVar("N", int, float)
Action = Callable[[Json], Awaitable[dict[str, Any]]]


class Control:
    """The people in the chats, and the trouble on the lines."""

    def __init__(self, telegram: TelegramStandIn, slack: SlackStandIn) -> None:
        self._telegram, self._slack = telegram, slack
        self._twice = 0
        """How many things that people do in Slack next are told two times."""

    def routes(self) -> list[web.RouteDef]:
        """Every action, as something to be posted to."""
        return [
            web.post(path, answering(action))
            for path, action in {
                "/api/telegram/say": self._say,
                "/api/telegram/press": self._press_telegram,
                "/api/slack/command": self._command,
                "/api/slack/mention": self._mention,
                "/api/slack/say": self._say_in_slack,
                "/api/slack/press": self._press_slack,
                "/api/faults": self._trouble,
            }.items()
        ]

    async def _say(self, said: Json) -> dict[str, Any]:
        number = await self._telegram.say(number_in(said, "chat"), text_in(said, "text"), thread=said.get("thread"))
        return {"update": number}

    async def _press_telegram(self, said: Json) -> dict[str, Any]:
        number = await self._telegram.press(number_in(said, "chat"), number_in(said, "message"), text_in(said, "data"))
        return {"update": number}

    async def _command(self, said: Json) -> dict[str, Any]:
        name, _, text = text_in(said, "text").partition(" ")
        return await self._report(lambda: self._slack.command(name, text.strip(), channel=text_in(said, "channel")))

    async def _mention(self, said: Json) -> dict[str, Any]:
        channel, text, thread = text_in(said, "channel"), written(text_in(said, "text")), said.get("thread")
        return await self._report(lambda: self._slack.mention(channel, text, thread_ts=thread))

    async def _say_in_slack(self, said: Json) -> dict[str, Any]:
        channel, text, thread = text_in(said, "channel"), written(text_in(said, "text")), said.get("thread")
        if channel.startswith("D"):
            return await self._mention(said)
        await self._slack.say(channel, text, thread_ts=thread)
        return {"acknowledged": None}

    async def _press_slack(self, said: Json) -> dict[str, Any]:
        channel, ts, action = (text_in(said, name) for name in ("channel", "ts", "action"))
        return await self._report(lambda: self._slack.press(channel, ts, action, said.get("value")))

    async def _report(self, happen: Callable[[], Awaitable[Reported]]) -> dict[str, Any]:
        # Slack does not wait for a bot to come: what happens without one is lost.
        if self._slack.deliver_to is None and not self._slack.sockets.count:
            return {"acknowledged": False, "error": "no bot is connected"}
        reported = await happen()
        if self._twice:
            self._twice -= 1
            await self._slack.redeliver(reported)
        return {"acknowledged": reported.acknowledged}

    async def _trouble(self, said: Json) -> dict[str, Any]:
        platform = text_in(said, "platform")
        if platform not in METHODS:
            raise ValueError(f"platform: {platform!r}")
        if "share" in said:
            return self._disturb(platform, number_in(said, "seed"), number_in(said, "share", float))
        kind, method = Mishap(text_in(said, "kind")), said.get("method") or METHODS[platform][0]
        self._fail(platform, kind, method)
        return {"platform": platform, "kind": kind, "method": method}

    def _fail(self, platform: str, kind: Mishap, method: str) -> None:
        drawn = Drawn(kind, SIZE)
        if platform == TELEGRAM:
            # Only what brings updates can bring them twice.
            self._telegram.fail("getUpdates" if kind is Mishap.DUPLICATE else method, fault_of(drawn))
            return
        fault = befallen(drawn)
        if fault is None:
            self._twice += 1
        else:
            self._slack.fail(method, fault)

    def _disturb(self, platform: str, seed: int, share: float) -> dict[str, Any]:
        chaos = Chaos(seed, even(share)) if share else None
        if platform == TELEGRAM:
            self._telegram.disturb(chaos)
        else:
            self._slack.set_chaos(chaos)
        return {"platform": platform, "seed": seed, "share": share}


def answering(action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The action as an HTTP handler: 400 for what it cannot read, 404 for what is not there."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await action(object_in(await request.json())))
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer


def object_in(said: object) -> Json:
    """A JSON object; ValueError where it is another value."""
    if not isinstance(said, Mapping):
        raise ValueError(f"{said!r}: not an object")  # noqa: TRY004 - a request's fault, as the others here are
    return said


def written(text: str) -> str:
    """What a person wrote, as Slack gives it on (docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_in(said: Json, name: str) -> str:
    """A text that has to be there; ValueError where it is not."""
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: {value!r} is not a text")
    return value


def number_in(said: Json, name: str, kind: Callable[[Any], N] = int) -> N:
    """A number that has to be there, also as a text; ValueError where it is not."""
    try:
        return kind(said[name])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name}: {said.get(name)!r} is not a number") from error
