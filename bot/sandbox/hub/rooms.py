"""The chats that the sandbox begins with: one of each kind that a bot has to cope with."""

from dataclasses import dataclass

TELEGRAM = "telegram"
SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Room:
    """What can be chosen on the page: a chat, a channel, or one topic of a forum."""

    platform: str
    chat: str
    """Telegram's number of the chat, as a text; Slack's id of the channel."""
    title: str
    kind: str
    """`private`, `supergroup`, `channel`, or what the platform calls it."""
    thread: int | None = None
    """The forum's topic; None: General, or a chat without topics."""

    @property
    def key(self) -> str:
        """The chat's name across platforms: `telegram:42`."""
        return key(self.platform, self.chat)


def key(platform: str, chat: object) -> str:
    """A chat's name across platforms."""
    return f"{platform}:{chat}"


PRIVATE, FORUM, BROADCAST = 42, -1001234567890, -1009876543210
TOPICS = {7: "Science", 8: "Robotics"}
NEWS, RESEARCH, DIRECT = "C0123456789", "C0987654321", "D0123456789"

ROOMS = (
    Room(TELEGRAM, str(PRIVATE), "Ada", "private"),
    Room(TELEGRAM, str(FORUM), "Newsroom", "supergroup"),
    *(Room(TELEGRAM, str(FORUM), f"Newsroom: {title}", "supergroup", thread) for thread, title in TOPICS.items()),
    Room(TELEGRAM, str(BROADCAST), "Daily", "channel"),
    Room(SLACK, NEWS, "#news", "channel"),
    Room(SLACK, RESEARCH, "#research", "channel"),
    Room(SLACK, DIRECT, "The bot", "im"),
)


def unexpected(platform: str, chat: object) -> Room:
    """A chat that came about later: a group that moved, or one that a test made."""
    return Room(platform, str(chat), str(chat), "other")
