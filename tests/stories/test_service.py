"""The bot run as its users run it: a process, two chats, and what happens between them."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tests.postgres import PostgresServer
from tests.stories.process import CHANNEL, GROUP, TOKENS, World, eventually, running, world

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as around:
        yield around


async def test_an_edition_arrives_in_both_chats_and_commands_are_answered_there(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await around.telegram.say(GROUP, "/topic batteries")
        await around.slack.command("/topics", channel=CHANNEL)
        await around.slack.mention(CHANNEL, "latest climate")
        await eventually(lambda: bool(around.in_telegram("Sand battery passes its third winter")[1:]))
        await eventually(lambda: bool(around.slack.responses and around.in_slack("Salzach")[1:]))

        assert await bot.stop() == 0


async def test_nothing_arrives_twice_after_a_restart(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        assert await bot.stop() == 0

    async with running(around):
        await around.telegram.say(GROUP, "/help")
        await around.slack.command("/topics", channel=CHANNEL)
        await eventually(lambda: bool(around.in_telegram("/latest") and around.slack.responses))

    assert len(around.in_telegram("Ulm")) == 1
    assert len(around.in_slack("Ulm")) == 1


async def test_nothing_arrives_twice_after_a_kill(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: sum("delivery_sent" in line for line in bot.log) == 2)
        await bot.end()

    async with running(around):
        await around.telegram.say(GROUP, "/help")
        await eventually(lambda: bool(around.in_telegram("/latest")))

    assert len(around.in_telegram("Ulm")) == 1


async def test_a_second_process_sends_nothing_twice(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as one, running(around) as other:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await one.until_logged("service_started")
        await other.until_logged("service_started")
        await around.slack.command("/help", channel=CHANNEL)
        await eventually(lambda: bool(around.slack.responses))
        assert (await one.stop(), await other.stop()) == (0, 0)

    assert len(around.in_telegram("Ulm")) == 1
    assert len(around.in_slack("Ulm")) == 1


async def test_trouble_with_one_platform_does_not_stop_the_other(around: World) -> None:
    around.owe_an_edition()
    wrong = {**TOKENS, "HEATWIRE_SLACK_BOT_TOKEN": "xoxb-wrong", "HEATWIRE_SLACK_APP_TOKEN": "xapp-wrong"}
    async with running(around, environ=wrong) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm")))
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")))

        assert await bot.stop() == 0


async def test_a_changed_configuration_is_applied_and_its_difference_said(around: World) -> None:
    async with running(around) as bot:
        await bot.until_logged("service_started")
        around.configure(topics="Space")

        line = await bot.until_logged("configuration_changed")
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")))

        assert await bot.stop() == 0
    assert "topics" in line


async def test_a_message_in_flight_while_the_configuration_changes_arrives_once(around: World) -> None:
    """Although the answer takes longer than a process that ends would wait for it."""
    async with slow_way(around.telegram.url, "sendMessage", seconds=10) as way:
        around.configure(telegram=way)
        around.owe_an_edition()
        async with running(around) as bot:
            await bot.until_logged("edition_published")
            around.configure(telegram=way, topics="Space")
            await bot.until_logged("configuration_changed")
            await eventually(lambda: sum("service_started" in line for line in bot.log) == 2)

            assert not [line for line in bot.log if "delivery_uncertain" in line or "loop_cut_off" in line]
            assert sum("delivery_sent" in line for line in bot.log) == 2
            assert await bot.stop() == 0


async def listen_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never answer, until the other side has had enough."""
    await reader.read()
    writer.close()
    await writer.wait_closed()


@asynccontextmanager
async def slow_way(to: str, method: str, *, seconds: float) -> AsyncIterator[str]:
    """A way to the Bot API on which one method's answers take a while."""

    async def pass_on(request: web.Request) -> web.Response:
        async with session.post(f"{to}{request.path}", data=await request.read(), headers=JSON) as answer:
            body = await answer.read()
        if request.path.endswith(f"/{method}"):
            await asyncio.sleep(seconds)
        return web.Response(status=answer.status, body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{path:.*}", pass_on)
    async with ClientSession() as session, TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_a_repository_that_never_answers_does_not_keep_the_service_from_stopping(
    around: World, unused_port: int
) -> None:
    around.configure(archive=f"git: git://127.0.0.1:{unused_port}/archive.git")
    async with (
        await asyncio.start_server(listen_only, "127.0.0.1", unused_port),
        running(around, environ={**TOKENS, "XDG_CACHE_HOME": str(around.folder / "cache")}) as bot,
    ):
        await bot.until_logged("service_started")
        await eventually((around.folder / "cache").exists)

        assert await bot.stop() == 0
        assert not [line for line in bot.log if "loop_cut_off" in line]


async def test_a_configuration_that_cannot_be_served_leaves_the_old_one_running(around: World) -> None:
    async with running(around) as bot:
        await bot.until_logged("service_started")
        around.configure(store=f"sqlite:///{around.folder}/nowhere/heatwire.db")

        line = await bot.until_logged("configuration_failed")
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")))

        assert await bot.stop() == 0
    assert "nowhere" in line


async def test_a_broken_configuration_is_reported_once_and_the_old_one_stays(around: World) -> None:
    async with running(around) as bot:
        await bot.until_logged("service_started")
        around.config.write_text(around.config.read_text("utf-8").replace("limit: 50", "limti: 50"), "utf-8")

        line = await bot.until_logged("configuration_rejected")
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")))

        assert await bot.stop() == 0
    assert "heatwire.yaml:12: digests.morning.limti" in line
    assert sum("configuration_rejected" in line for line in bot.log) == 1


async def test_no_token_is_ever_in_the_log(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await bot.stop()

    said = "".join(bot.log)
    assert "edition_published" in said
    assert not [name for name, token in TOKENS.items() if token in said]


async def test_slack_can_call_the_bot_over_http(around: World, unused_port: int) -> None:
    around.configure(mode="http", port=unused_port)
    around.slack.deliver_to = f"http://127.0.0.1:{unused_port}/slack/events"
    async with running(around) as bot:
        await bot.until_logged("slack_listening")
        await around.slack.command("/latest", "space", channel=CHANNEL)
        await eventually(lambda: "Moon dust" in str(around.slack.responses))

        assert await bot.stop() == 0


async def test_a_group_that_becomes_a_supergroup_gets_its_digest_there(around: World) -> None:
    supergroup = GROUP - 1
    around.owe_an_edition()
    await around.telegram.migrate(GROUP, supergroup)
    async with running(around) as bot:
        await eventually(lambda: any("Ulm" in message["text"] for message in around.telegram.messages(supergroup)))

        assert await bot.stop() == 0


async def test_two_processes_on_postgresql_send_once(around: World, postgres: PostgresServer) -> None:
    around.configure(store=postgres.database())
    around.owe_an_edition()
    async with running(around) as one, running(around) as other:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await one.until_logged("service_started")
        await other.until_logged("service_started")
        assert (await one.stop(), await other.stop()) == (0, 0)

    assert len(around.in_telegram("Ulm")) == len(around.in_slack("Ulm")) == 1


def committed(archive: Path) -> str:
    """The URL of the archive as a git repository."""
    for command in ("init -q", "add .", "-c user.name=a -c user.email=a@b.example commit -qm News"):
        subprocess.run(["git", *command.split()], cwd=archive, check=True)
    return archive.as_uri()


async def test_an_archive_can_be_a_git_repository(around: World) -> None:
    around.configure(archive=f"git: {committed(around.folder / 'archive')}")
    around.owe_an_edition()
    async with running(around, environ={**TOKENS, "XDG_CACHE_HOME": str(around.folder / "cache")}) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))

        assert await bot.stop() == 0


async def test_a_service_that_runs_is_healthy(around: World) -> None:
    (around.folder / "heatwire.db").unlink()  # as before the first start of all
    async with running(around) as bot:
        await bot.until_logged("service_started")
        await eventually(lambda: (around.folder / "heatwire.db").stat().st_size > 0)
        codes: list[int] = []
        while codes[-1:] != [0] and len(codes) < 20:
            async with running(around, "health", "--config", str(around.config)) as asked:
                codes.append(await asked.ended())

        assert codes[-1] == 0
        assert await bot.stop() == 0


async def test_a_template_that_fails_is_refused_before_anything_is_sent(around: World) -> None:
    template = around.folder / "templates" / "telegram" / "entry.j2"
    template.parent.mkdir(parents=True)
    template.write_text("<b>{{ nobody.knows }}</b>", "utf-8")
    around.owe_an_edition()
    async with running(around) as bot:
        code = await bot.ended()

    assert code == 78
    assert any("entry.j2:1" in line for line in bot.log)
    assert around.in_telegram() == []
