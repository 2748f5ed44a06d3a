"""Other people's pages, open in the same browser, cannot reach the sandbox."""

import pytest

from tests.bot.sandbox.hub.asking import Asking


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example:80"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
async def test_only_its_own_page_may_have_things_done(asking: Asking, headers: dict[str, str], status: int) -> None:
    answered, _ = await asking.post("api/telegram/say", {"chat": 42, "text": "hello"}, **headers)

    assert answered == status


async def test_its_own_page_may(asking: Asking) -> None:
    own = asking.address.rstrip("/")
    status, _ = await asking.post("api/telegram/say", {"chat": 42, "text": "hello"}, Origin=own)

    assert status == 200


async def test_a_name_bent_to_this_machine_reads_nothing(asking: Asking) -> None:
    status, _ = await asking.get("api/state", Host="evil.example:80")

    assert status == 403


@pytest.mark.parametrize("path", ["", "app.js", "page.css", "drawing.css", "icon.svg", "api/state"])
async def test_every_answer_forbids_what_comes_from_elsewhere(asking: Asking, path: str) -> None:
    async with asking.session.get(asking.address + path) as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert answer.status == 200
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "frame-ancestors 'none'" in policy


async def test_the_page_names_nothing_that_is_elsewhere(asking: Asking) -> None:
    for path in ("", "app.js", "chats.js", "calls.js", "faults.js", "page.css", "chats.css", "drawing.css"):
        async with asking.session.get(asking.address + path) as answer:
            assert "https://" not in await answer.text()
