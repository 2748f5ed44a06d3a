"""The emoji that Slack writes as `:name:`: those that a news bot and the people around it use."""

import re

CODE = re.compile(r"[0-9a-fA-F]{2,6}(?:-[0-9a-fA-F]{2,6})*", re.ASCII)
"""Slack's `unicode` of an emoji: code points in hexadecimal, joined by hyphens."""
NAMES = {
    "+1": "👍", "-1": "👎", "alarm_clock": "⏰", "arrow_down": "⬇️", "arrow_left": "⬅️", "arrow_right": "➡️",
    "arrow_up": "⬆️", "bell": "🔔", "blue_heart": "💙", "bookmark": "🔖", "books": "📚", "brain": "🧠", "bulb": "💡",
    "calendar": "📆", "chart_with_upwards_trend": "📈", "clap": "👏", "cloud": "☁️", "earth_africa": "🌍", "eyes": "👀",
    "fire": "🔥", "gear": "⚙️", "globe_with_meridians": "🌐", "hammer_and_wrench": "🛠️", "heart": "❤️",
    "heavy_check_mark": "✔️", "information_source": "\u2139\ufe0f", "joy": "😂", "link": "🔗", "lock": "🔒", "mag": "🔍",
    "memo": "📝", "new": "🆕", "newspaper": "📰", "pushpin": "📌", "question": "❓", "robot_face": "🤖", "rocket": "🚀",
    "rotating_light": "🚨", "smile": "😄", "sparkles": "✨", "star": "⭐", "sunny": "☀️", "tada": "🎉", "thinking_face":
    "🤔", "thumbsup": "👍", "tv": "📺", "warning": "⚠️", "wave": "👋", "white_check_mark": "✅", "x": "❌", "zap": "⚡",
}  # fmt: skip


def emoji(name: str, code: object = None) -> str:
    """The character of a name, or of Slack's `unicode` of it; `:name:` where neither is known."""
    if isinstance(code, str) and CODE.fullmatch(code):
        points = [int(point, 16) for point in code.split("-")]
        if all(point <= 0x10FFFF for point in points):  # noqa: PLR2004 - the last code point
            return "".join(map(chr, points))
    return NAMES.get(name, f":{name}:")


def with_emoji(text: str) -> str:
    """The text with each known `:name:` as its character."""
    return re.sub(r":([a-z0-9_+-]+):", lambda found: emoji(found[1]), text)
