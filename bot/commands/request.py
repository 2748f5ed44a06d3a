"""What the words after `/latest` and `/topic` ask for, and how a page's button says it again."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import from_milliseconds, milliseconds

MOST = 20
"""Stories that may be asked for at a time."""
OLDEST_PAGE = timedelta(days=30)
"""A page button pressed later than this shows the present instead."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
_PAGE = re.compile(r"(?P<topic>.*?)\s*\bn(?P<count>[0-9]{1,2}) o(?P<start>[0-9]{1,4}) @(?P<as_of>[0-9a-z]{1,8})")


@dataclass(frozen=True, slots=True)
class Request:
    """Which stories are wanted."""

    topic: str = ""
    """As the person wrote it; empty: all topics."""
    number: int | None = None
    """How many, as the person wrote it, whether that makes sense or not; None: the usual number."""
    start: int = 0
    """How many stories come before, on earlier pages."""
    as_of: datetime | None = None
    """The instant of the first page, to which the others belong; None: now."""

    @property
    def out_of_range(self) -> bool:
        """Whether a number was asked for that cannot be given."""
        return self.number is not None and not 1 <= self.number <= MOST

    def count(self, usual: int) -> int:
        """How many stories to show: from 1 to `MOST`."""
        return min(max(usual if self.number is None else self.number, 1), MOST)

    def without_number(self) -> "Request | None":
        """Read again with a trailing number as how many; None where there is no such number.

        The words are tried as a topic first: "Diablo 4" is one, and so is "Windows 11".
        """
        words = self.topic.split()
        if self.number is not None or not words or not _NUMBER.fullmatch(words[-1]):
            return None
        return replace(self, topic=" ".join(words[:-1]), number=int(words[-1]))


def parse(argument: str, now: datetime) -> Request:
    """What `azure`, `azure 5` or a page button's `azure n5 o10 @k3x9f2` asks for; what makes no sense is a topic.

    Buttons' arguments come back from people's devices, so they are no more to be trusted than typed words.
    """
    page = _PAGE.fullmatch(argument.strip())
    if page is None:
        return Request(" ".join(argument.split()))
    as_of = from_milliseconds(min(int(page["as_of"], 36), milliseconds(now) // 1000) * 1000)
    fresh = now - as_of <= OLDEST_PAGE
    return Request(page["topic"], int(page["count"]), int(page["start"]), as_of if fresh else None)


def page_argument(topic: str, count: int, start: int, as_of: datetime) -> str:
    """What a button says for the stories from `start` on, out of the ranking as of an instant (to the second)."""
    return f"{topic} n{count} o{start} @{_in_base_36(milliseconds(as_of) // 1000)}".lstrip()


def _in_base_36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"
