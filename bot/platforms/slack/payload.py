"""What is said in Slack: an answer's messages as the calls that post them, edit with them or respond with them.

Who sees what, and why:

* A digest and the answer to a mention or a direct message are posted (`chat.postMessage`); a mention is answered in its
  thread, so that a channel stays readable.
* A slash command is answered through its `response_url`, which works where the bot is no member, and only the asker
  sees it (`ephemeral`): a person who looks something up should not have to think about who else reads along.
* A button edits the message that it stands under: by `chat.update` where the message was posted, by the press's own
  `response_url` where it is ephemeral, since Slack lets nothing else touch those.
"""

from collections.abc import Mapping
from typing import Any

from bot.command import Answer, Command
from bot.delivery.delivery import Call, Destination
from bot.platforms.slack.controls import with_controls

RESPONSES = 5
"""How often one `response_url` may be used (docs.slack.dev/interactivity/handling-user-interaction)."""
UNKNOWN_TO_UPDATE = frozenset({"unfurl_links", "unfurl_media"})
"""Arguments of chat.postMessage that chat.update has not (docs.slack.dev/reference/methods/chat.update)."""

Payload = Mapping[str, Any]


def calls(answer: Answer, destination: Destination, command: Command | None) -> tuple[Call, ...]:
    """The calls that say the answer, in order; `command` is None for a digest.

    A `response_url` takes five messages, so what is said through one ends after its fifth: commands answer in pages.
    """
    payloads = with_controls(tuple(message.payload for message in answer.messages), answer.buttons)
    if not payloads or command is None:
        return _posts(payloads, destination)
    match command.edit or {}, command.reply:
        case {"response_url": str(url)}, _:
            return _responses(payloads, url, replace_first=True)
        case {"ts": str(ts)}, _:
            return (_update(payloads[0], destination, ts), *_posts(payloads[1:], destination))
        case _, {"response_url": str(url)}:
            return _responses(payloads, url, replace_first=False)
        case _:
            return _posts(payloads, destination)


def _posts(payloads: tuple[Payload, ...], destination: Destination) -> tuple[Call, ...]:
    place = {"channel": destination.address}
    if destination.thread is not None:
        place["thread_ts"] = destination.thread
    return tuple(Call("chat.postMessage", {**place, **payload}) for payload in payloads)


def _update(payload: Payload, destination: Destination, ts: str) -> Call:
    # Without `blocks` Slack would leave the old ones standing, and show them instead of the text.
    kept = {name: value for name, value in payload.items() if name not in UNKNOWN_TO_UPDATE}
    return Call("chat.update", {"channel": destination.address, "ts": ts, "blocks": [], **kept})


def _responses(payloads: tuple[Payload, ...], url: str, *, replace_first: bool) -> tuple[Call, ...]:
    ephemeral = {"response_url": url, "response_type": "ephemeral", "replace_original": False}
    said = [Call("respond", {**ephemeral, **payload}) for payload in payloads[:RESPONSES]]
    if replace_first:
        said[0] = Call("respond", {"response_url": url, "replace_original": True, **payloads[0]})
    return tuple(said)
