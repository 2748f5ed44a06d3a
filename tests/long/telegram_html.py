"""The sandbox's reading of Telegram's HTML beside TDLib's own: the same refusal, or the same text and entities."""

import sys
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from bot.sandbox.telegram.entities import MarkupError
from bot.sandbox.telegram.html import parse_html
from tests.judges.telegram import parsed

TEXTS = 100_000
SEED = 20261122
MOST_SHOWN = 10

TAGS = (
    *("a", "b", "strong", "i", "em", "s", "strike", "del", "u", "ins", "tg-spoiler", "tg-emoji", "tg-time", "span"),
    *("pre", "code", "blockquote", "br", "p", "h1", "A", "Code", "B", "tg-", "", "a.b", "x-y"),
)
NAMES = ("href", "class", "emoji-id", "unix", "format", "expandable", "HREF", "title", "x", "", "a-b", "style")
VALUES = (
    *("language-py", "language-", "tg-spoiler", "TG-spoiler", "5", "0", "-5", "5x", "05", "99999999999", "r", "wDT"),
    *("zz", "t", "R", "&lt;", "&amp;amp;", "&#39;", "&quot;", "&#x41;", "a b", "x\ny", "é", "", "😀"),
)
SCHEMES = (
    *("http://", "https://", "", "HTTP://", "hTTps://", "tg://", "tg:", "ton://", "tonsite://", "TG://", "ftp://"),
    *("javascript:", "mailto:", "tel:", "//", "http:", "http:/", "https:///", " http://", "data:", "://"),
)
HOSTS = (
    *("a.b", "example.com", "EXAMPLE.Com", "localhost", "x", "user", "resolve", "1.2.3.4", "münchen.de", "a..b", "."),
    *("", "a.-b", "[::1]", "[::1", "::1", "[1.2]", "a_b.c", "a b.c", "a%20b.c", "a%2.c", "a%zz.c", "a\tb.c", "a^b.c"),
    *(
        "a|b.c",
        "xn--bcher-kva.ch",
        "a.b.",
        "😀.ws",
        "a(b).c",
        "a\\b.c",
        "[fe80::1%25eth0]",
        "[::ffff:1.2.3.4]",
        "[::g]",
    ),
)
USERS = ("", "", "", "", "me@", "me:pw@", "a@b@", "@", "a b@", "%41@", "%4@")
PORTS = ("", "", "", "", ":80", ":080", ":0", ":65535", ":65536", ":x", ":", ":-1", ":+1", ":8 0", ":99999999999")
RESTS = (
    *("", "/", "/p", "?q", "#f", "/p?q=1&amp;r=2#f", "/ a b ", "/\t", "/é", "/%", "?id=1", "?id=0", "?id=-1", "?id=x"),
    *("?ID=7", "?a=1&amp;id=8", "?id=9#x", "/?id=1", "//x", "?id=9223372036854775808", "?id=007", "/?", "?", "?id"),
)
WORDS = (
    *("news", "x", " ", "\n", "é", "😀", "a.b", "\x01", "\u200b", "=", "'", '"', "/", ">", "&", ";", "#", "<b"),
    *("&lt;", "&gt", "&amp;", "&quot;", "&nbsp;", "&#65;", "&#0;", "&#1114111;", "&#x10fffe;", "&#x110000;", "&LT;"),
    *("&#00000065;", "&#xZ;", "&#;", "&;", "&amp;lt;", "&#x1F600;", "&#55296;", "<", "</", "<>", "</>", "< b>", "<!--"),
)


def text(random: Random) -> str:
    """A text with markup in it, most of it nearly right."""
    return "".join(piece(random, 3) for _ in range(random.randint(1, 4)))


def piece(random: Random, depth: int) -> str:
    """A word, or an element with what is in it."""
    if depth == 0 or random.random() < 0.4:
        return random.choice(WORDS if random.random() < 0.3 else WORDS[:12])
    known = random.random() < 0.97
    tag = random.choice(TAGS[:17] if known else TAGS)
    inner = "".join(piece(random, depth - 1) for _ in range(random.randint(0, 3)))
    return f"<{tag}{attributes(random, tag)}>{inner}{end(random, tag)}"


def end(random: Random, tag: str) -> str:
    """Mostly the right end tag."""
    if random.random() < 0.98:
        return random.choice((f"</{tag}>", f"</{tag}>", f"</{tag} >", "</>", f"</{tag.upper()}>"))
    return random.choice((f"</{random.choice(TAGS)}>", "", "</", f"</{tag}", f"< /{tag}>"))


def attributes(random: Random, tag: str) -> str:
    """Mostly what the tag wants, quoted in one of the ways there are."""
    own: Mapping[str, Callable[[], tuple[str, str]]] = {
        "a": lambda: ("href", url(random)),
        "span": lambda: ("class", "tg-spoiler"),
        "code": lambda: ("class", random.choice(VALUES[:4])),
        "tg-emoji": lambda: ("emoji-id", random.choice(("5", "5", "-5", "0", "05", "x", "99999999999999999999"))),
        "tg-time": lambda: ("unix", random.choice(VALUES[4:10])),
        "blockquote": lambda: ("expandable", ""),
    }
    wanted = [own[tag]()] if tag in own and random.random() < 0.9 else []
    if tag == "tg-time" and random.random() < 0.4:
        wanted.append(("format", random.choice(VALUES[10:15])))
    if random.random() < 0.1:
        wanted.append((random.choice(NAMES), random.choice(VALUES)))
    return "".join(attribute(random, name, value) for name, value in wanted)


def attribute(random: Random, name: str, value: str) -> str:
    """One attribute, as authors write them."""
    quote = random.choice(("'", "'", '"', '"', '"', ""))
    equals = random.choice(("=", "=", "=", "=", " = ", "")) if random.random() < 0.3 else "="
    return f"{random.choice((' ', ' ', chr(10), '  '))}{name}{equals}{quote}{value}{quote}"


def url(random: Random) -> str:
    """An address, most parts of which are right."""
    return "".join(random.choice(parts) for parts in (SCHEMES, USERS, HOSTS, PORTS, RESTS))


def ours(html: str) -> object:
    """What the sandbox makes of it."""
    try:
        found = parse_html(html)
    except MarkupError as fault:
        return f"Can't parse entities: {fault}"
    return found.text, [in_their_words(entity) for entity in found.entities]


def in_their_words(entity: Mapping[str, Any]) -> tuple[str, int, int, object]:
    """Our entity as TDLib would name it, with what is told of it besides."""
    told: dict[str, tuple[str, object]] = {
        "text_link": ("TextUrl", entity.get("url")),
        "text_mention": ("MentionName", entity.get("user", {}).get("id")),
        "custom_emoji": ("CustomEmoji", entity.get("custom_emoji_id")),
        "date_time": ("DateTime", entity.get("unix_time")),
        "blockquote": ("BlockQuote", None),
        "expandable_blockquote": ("ExpandableBlockQuote", None),
        "pre": ("PreCode", entity["language"]) if "language" in entity else ("Pre", None),
    }
    kind, detail = told.get(entity["type"], (entity["type"].capitalize(), None))
    return kind, entity["offset"], entity["length"], detail


def theirs(html: str) -> object:
    """What TDLib makes of it."""
    found = parsed(html)
    if found["@type"] == "error":
        return found["message"]
    return found["text"], [in_our_order(entity) for entity in found["entities"]]


def in_our_order(entity: Mapping[str, Any]) -> tuple[str, int, int, object]:
    """TDLib's entity, with what is told of it besides."""
    kind = entity["type"]
    details = (kind.get(name) for name in ("url", "user_id", "custom_emoji_id", "unix_time", "language"))
    detail = next((one for one in details if one is not None), None)
    return kind["@type"].removeprefix("textEntityType"), entity["offset"], entity["length"], detail


def differences(count: int, seed: int) -> list[str]:
    """The texts that the two do not read alike."""
    random = Random(seed)  # noqa: S311  # to be had again, not to be hard to guess
    texts = (text(random) for _ in range(count))
    return [html for html in texts if ours(html) != theirs(html)]


def main() -> int:
    """Compare so many; 1 where there is a difference."""
    found = differences(TEXTS, SEED)
    shown = [f"  {html!r}\n    ours   {ours(html)}\n    TDLib  {theirs(html)}" for html in found[:MOST_SHOWN]]
    verdict = f"{TEXTS:,} texts (seed {SEED}), {len(found):,} read otherwise than by TDLib"
    sys.stdout.write("\n".join([verdict, *shown, ""]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
