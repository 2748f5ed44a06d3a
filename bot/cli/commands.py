"""Every command's name, options and one-line help; what a command does is in the module it imports when it is run."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import (
    DEFAULT_CONFIG,
    Archive,
    AsJson,
    At,
    Config,
    DeliveryKey,
    Format,
    IndexFile,
    Limit,
    Port,
    Theme,
    Topics,
    Types,
    Window,
    instant,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="The hottest stories of a news archive, delivered to Telegram and Slack on schedule, exactly once.",
)
outbox_app = typer.Typer(help="What is owed, unclear or failed, and why.")
app.add_typer(outbox_app, name="outbox")
sandbox_app = typer.Typer(
    help="A Telegram and a Slack on this machine, to try any bot against, with a page to chat in."
)
config_app = typer.Typer(no_args_is_help=True, help="The configuration's own commands.")
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(config_app, name="config")


@app.callback(invoke_without_command=True)
def heatwire(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """The hottest stories of a news archive, delivered to Telegram and Slack on schedule, exactly once."""
    if version:
        from importlib.metadata import version as installed

        print(f"heatwire {installed('heatwire')}")
        raise typer.Exit


@app.command()
def run(config: Config = DEFAULT_CONFIG) -> None:
    """Run the service: schedule, Telegram, Slack; stops cleanly on SIGTERM or SIGINT."""
    from bot.cli.service import run_service

    run_service(config)


@app.command()
def demo(
    archive: Archive = None,
    every: Annotated[
        int, typer.Option("--every", metavar="MINUTES", min=1, max=60, help="Minutes between digests.")
    ] = 1,
    port: Annotated[int, typer.Option("--port", min=0, max=65533, help="Where the page is; 0: any free port.")] = 0,
) -> None:
    """Try it: a digest on schedule, in a page with both chats and in this terminal. No account, no network."""
    from bot.cli.service import run_demo

    run_demo(archive, every, port)


@app.command()
def digest(
    archive: Annotated[Path, typer.Option("--archive", metavar="DIR", help="The archive's folder.")],
    topic: Topics = None,
    at: At = None,
    window: Window = "24h",
    limit: Limit = 5,
    type_: Types = None,
    output: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.CONSOLE,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each article is in or out.")] = False,
    index: IndexFile = None,
) -> None:
    """Print a digest: no configuration, no token, no network."""
    from bot.cli.news import DigestRequest, print_digest

    print_digest(
        DigestRequest(
            archive=archive,
            topics=tuple(topic or ()),
            at=instant(at),
            window=window,
            limit=limit,
            types=tuple(type_ or ()),
            output=output,
            explain=explain,
            index=index,
        )
    )


@app.command()
def preview(
    name: Annotated[str, typer.Argument(help="The digest's name in the configuration.")],
    at: At = None,
    output: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.CONSOLE,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each article is in or out.")] = False,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help="Draw both chats into a .png and a .html, or the latter alone."),
    ] = None,
    theme: Annotated[Theme, typer.Option("--theme", help="How bright the picture is.")] = Theme.AUTO,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show exactly what a configured digest would send, now or at another instant; nothing is sent or stored."""
    from bot.cli.operating import draw_preview, print_preview

    if picture is None:
        print_preview(config, name, at=instant(at), output=output, explain=explain)
    else:
        draw_preview(config, name, picture, at=instant(at), theme=theme, explain=explain)


@app.command()
def send(
    name: Annotated[str, typer.Argument(help="The digest's name in the configuration.")],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="PLATFORM:ADDRESS[/THREAD]", help="Instead of the configured destinations."),
    ] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Publish a configured digest now, out of its schedule, and deliver it."""
    from bot.cli.operating import send_now

    send_now(config, name, tuple(to or ()))


@app.command()
def schedule(
    config: Config = DEFAULT_CONFIG,
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="Fire times per digest.")] = 5,
    json: AsJson = False,
) -> None:
    """The next fire times of every digest, with the days on which the clocks change."""
    from bot.cli.operating import print_schedule

    print_schedule(config, count, as_json=json)


@app.command()
def check(
    config: Config = DEFAULT_CONFIG,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the platforms about the tokens.")] = False,
) -> None:
    """Check configuration, templates, archive and tokens, and list everything wrong at once."""
    from bot.cli.checking import check_everything

    raise typer.Exit(check_everything(config, offline=offline))


@app.command()
def index(archive: Archive = None, index: IndexFile = None, config: Config = DEFAULT_CONFIG) -> None:
    """Build the archive's index, or bring it up to date."""
    from bot.cli.news import build_index

    build_index(config, archive, index)


@app.command()
def topics(
    archive: Archive = None, index: IndexFile = None, config: Config = DEFAULT_CONFIG, json: AsJson = False
) -> None:
    """The topics of the archive, with how many published articles each has."""
    from bot.cli.news import print_topics

    print_topics(config, archive, index, as_json=json)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words to look for in title, excerpt and provider.")],
    archive: Archive = None,
    index: IndexFile = None,
    limit: Limit = 10,
    config: Config = DEFAULT_CONFIG,
    json: AsJson = False,
) -> None:
    """Search the published articles."""
    from bot.cli.news import print_search

    print_search(config, archive, index, " ".join(words), limit, as_json=json)


@outbox_app.callback(invoke_without_command=True)
def outbox(
    context: typer.Context,
    config: Config = DEFAULT_CONFIG,
    everything: Annotated[bool, typer.Option("--all", help="Also what was sent.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many rows.")] = 50,
    json: AsJson = False,
) -> None:
    """What is owed, unclear or failed, and why."""
    if context.invoked_subcommand is None:
        from bot.cli.bookkeeping import print_outbox

        print_outbox(config, everything=everything, limit=limit, as_json=json)


@outbox_app.command("retry")
def outbox_retry(key: DeliveryKey, config: Config = DEFAULT_CONFIG) -> None:
    """Send a message now, whatever became of it and however old it is."""
    from bot.cli.bookkeeping import retry

    retry(config, key)


@outbox_app.command("skip")
def outbox_skip(key: DeliveryKey, config: Config = DEFAULT_CONFIG) -> None:
    """Do not send a message that is owed."""
    from bot.cli.bookkeeping import skip

    skip(config, key)


@outbox_app.command("mark-sent")
def outbox_mark_sent(key: DeliveryKey, config: Config = DEFAULT_CONFIG) -> None:
    """Take an unclear message as sent: it was seen in the chat."""
    from bot.cli.bookkeeping import mark_sent

    mark_sent(config, key)


@app.command()
def editions(
    digest: Annotated[str | None, typer.Argument(help="Only this digest's.")] = None,
    config: Config = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many editions.")] = 20,
    json: AsJson = False,
) -> None:
    """What was published, skipped or missed, and why."""
    from bot.cli.bookkeeping import print_editions

    print_editions(config, digest, limit=limit, as_json=json)


@app.command()
def health(config: Config = DEFAULT_CONFIG) -> None:
    """Whether the service is alive: 0 if its heartbeat is fresh, else 1."""
    from bot.cli.operating import print_health

    raise typer.Exit(print_health(config))


@config_app.command("schema")
def config_schema() -> None:
    """The configuration's JSON Schema, for editors."""
    from bot.cli.printing import print_json
    from bot.settings.shape import schema

    print_json(schema())


@sandbox_app.callback(invoke_without_command=True)
def sandbox(
    context: typer.Context,
    port: Port = 8765,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="FILE", help="Write every call, in and out, as JSON lines.")
    ] = None,
) -> None:
    """Run a Telegram, a Slack and the page to chat in, for any bot to be pointed at."""
    if context.invoked_subcommand is None:
        from bot.cli.sandbox import run_sandbox

        run_sandbox(port, record)


@sandbox_app.command("replay")
def sandbox_replay(
    file: Annotated[Path, typer.Argument(help="What --record or the page has written.")], port: Port = 8765
) -> None:
    """Show a recording again in the page."""
    from bot.cli.sandbox import run_replay

    run_replay(file, port)
