"""What the Bot API tells of chats and of who is in them, and how a bot leaves."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.telegram.chats import Chat, Chats, Person
from bot.sandbox.telegram.refusals import bad_request
from bot.sandbox.telegram.requests import Arguments, integer

RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip
"""What is always said of an admin: https://core.telegram.org/bots/api#chatmemberadministrator."""

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
        "upload_audio", "upload_document", "choose_sticker", "find_location", "pick_up_location", "record_video_note",
        "upload_video_note", "cancel",
    }
)  # fmt: skip


class Members:
    """Questions about chats, and the way out of them."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    def chat(self, arguments: Arguments) -> dict[str, Any]:
        """`getChat`."""
        chat = self._chats.find(arguments.get("chat_id"), reading=True)
        gifts = dict.fromkeys(GIFTS, False)
        return {**chat.shown(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}

    def member(self, arguments: Arguments) -> Mapping[str, Any]:
        """`getChatMember`."""
        chat = self._chats.find(arguments.get("chat_id"), reading=True)
        user = integer(arguments, "user_id")
        if user == self._chats.bot["id"]:
            return standing(chat, self._chats.bot)
        if user not in chat.people and user != chat.id:
            raise bad_request("user not found" if user <= 0 else "PARTICIPANT_ID_INVALID")
        person = chat.people.get(user, {"id": user, "is_bot": False, "first_name": chat.title})
        return {"status": "member", "user": person}

    def act(self, arguments: Arguments) -> bool:
        """`sendChatAction`."""
        if str(arguments.get("action") or "").lower() not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._chats.find(arguments.get("chat_id"))
        return True

    def leave(self, arguments: Arguments) -> bool:
        """`leaveChat`."""
        chat = self._chats.find(arguments.get("chat_id"))
        if chat.kind == "private":
            raise bad_request("chat member status can't be changed in private chats")
        chat.shut = f"bot is not a member of the {chat.kind} chat"
        self._chats.tell(chat)
        return True


def standing(chat: Chat, bot: Person) -> dict[str, Any]:
    """What the bot is in a chat that does not shut it out: in a channel an admin, since others cannot post there."""
    if chat.kind != "channel":
        return {"status": "member", "user": bot}
    rights = {**dict.fromkeys(RIGHTS, False), "can_post_messages": True, "can_edit_messages": chat.edits_others}
    return {"status": "administrator", "user": bot, **rights}
