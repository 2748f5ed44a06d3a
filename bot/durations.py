"""Spans of time as people write them: `90m`, `24h`, `7d`, `1w`, `1h30m`."""

import re
from datetime import timedelta

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
LONGEST = timedelta(days=36_500)
"""No span is longer, so that none leads out of the calendar."""
_HOURS_UP_TO = 48
"""Shorter spans are told in hours, as people say them: 24h, 36h, but 2d."""

DURATION_PATTERN = "^" + "".join(rf"(?:(\d{{1,5}}){unit})?" for unit in _SECONDS) + "$"
"""What a duration looks like, also for JSON Schema; the empty text matches it and is none."""


def parse_duration(text: str) -> timedelta:
    """The span that `7d` or `1h30m` means (w, d, h, m, s, the greater unit first); ValueError where it is none."""
    match = re.fullmatch(DURATION_PATTERN, text, re.ASCII)
    if match is None or not text:
        raise ValueError(f"{text!r} is not a duration such as 90m, 24h or 7d")
    counts = (int(count or 0) for count in match.groups())
    span = timedelta(seconds=sum(count * size for count, size in zip(counts, _SECONDS.values(), strict=True)))
    if span > LONGEST:
        raise ValueError(f"{text!r} is longer than {LONGEST.days}d")
    return span


def duration_text(span: timedelta) -> str:
    """How a span of at least zero is written, to the whole second below it; `parse_duration` reads it back."""
    seconds = int(span.total_seconds())
    units = dict(_SECONDS)
    del units["w"]  # 7d is what people write
    if seconds < _HOURS_UP_TO * _SECONDS["h"]:
        del units["d"]
    text = ""
    for unit, size in units.items():
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"
