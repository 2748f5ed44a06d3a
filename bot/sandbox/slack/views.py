"""The Web API's `views.*` and `blocks.validate`: home tabs and modals.

docs.slack.dev/reference/methods/views.open and its neighbours.
"""

from typing import Any, Final

from bot.sandbox.slack.answers import refusal
from bot.sandbox.slack.blocks import refusals
from bot.sandbox.slack.elements import plain
from bot.sandbox.slack.kit import VIEW_BLOCKS
from bot.sandbox.slack.shapes import Shape, anything, choice, flag, record, string
from bot.sandbox.slack.workspace import BOT, Workspace

Json = dict[str, Any]

TRIGGER_SECONDS = 3.0
"""How long a `trigger_id` opens a modal."""
EXCHANGED = 0.0
"""Stands for the end of one that opened its modal."""
COMMON: Final[dict[str, Shape]] = {
    "callback_id": string(255),
    "private_metadata": string(3000),
    "external_id": string(255),
    "clear_on_close": flag,
    "notify_on_close": flag,
}
HOME: Final = record({"type": choice("home"), "blocks": anything}, COMMON)
MODAL: Final = record(
    {"type": choice("modal"), "title": plain(24), "blocks": anything},
    {**COMMON, "close": plain(24), "submit": plain(24), "submit_disabled": flag},
)


def publish(workspace: Workspace, arguments: Json) -> Json:
    """A person's home tab."""
    user = str(arguments.get("user_id"))
    if user not in workspace.users:
        return refusal("user_not_found")
    if no := _against(arguments.get("view"), HOME):
        return no
    return _kept(workspace, arguments["view"], f"V0HOME{user}", user)


def open_modal(workspace: Workspace, arguments: Json) -> Json:
    """A modal in answer to what a person did within the last three seconds."""
    trigger = str(arguments.get("trigger_id") or "")
    ends = workspace.triggers.get(trigger)
    if ends is None or ends == EXCHANGED:
        return refusal("invalid_trigger_id" if ends is None else "exchanged_trigger_id")
    if ends < workspace.clock():
        return refusal("expired_trigger_id")
    if no := _against(arguments.get("view"), MODAL):
        return no
    workspace.triggers[trigger] = EXCHANGED
    return _kept(workspace, arguments["view"], f"V{workspace.number()}", "")


def validate(_workspace: Workspace, arguments: Json) -> Json:
    """Whether blocks are right, without posting them: the `blocks`, or those of a `message` or a `view`."""
    holder = arguments.get("view") or arguments.get("message")
    blocks = holder.get("blocks") if isinstance(holder, dict) else arguments.get("blocks")
    found = refusals([] if blocks is None else blocks, VIEW_BLOCKS if arguments.get("view") else 50)
    return refusal("invalid_blocks", *found) if found else {"ok": True}


def _against(view: object, shape: Shape) -> Json | None:
    found = list(shape(view, "/view"))
    if not found and isinstance(view, dict):
        found = [fault.replace(":/blocks", ":/view/blocks") for fault in refusals(view["blocks"], VIEW_BLOCKS)]
    return refusal("invalid_arguments", *found) if found else None


def _kept(workspace: Workspace, view: Json, name: str, user: str) -> Json:
    known = {"id": name, "team_id": BOT["team_id"], "bot_id": BOT["bot_id"], "app_id": "A1", "user": user}
    workspace.views[name] = {**view, **known, "hash": f"{workspace.number()}.abc"}
    return {"ok": True, "view": workspace.views[name]}
