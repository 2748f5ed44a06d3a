"""The commands a person types: prints results on stdout, troubles on stderr, and sets the exit code."""

import sys

from bot.errors import BotError


def main() -> None:
    """Run the command line; 0 well, 1 problems found, 2 wrong usage, 78 wrong configuration."""
    from bot.cli.commands import app
    from digests.errors import NewsError

    try:
        app(prog_name="heatwire")
    except BotError as error:
        sys.exit(_told(error, error.exit_code))
    except NewsError as error:
        sys.exit(_told(error, 1))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`heatwire search x | head`): nothing is left to be said to anyone.
        sys.stderr.close()
        sys.exit(0)


def _told(error: Exception, code: int) -> int:
    from bot.cli.advice import advice

    for line in str(error).splitlines():
        print(f"heatwire: {line}", file=sys.stderr)
    hint = advice(error)
    if hint:
        print(f"try: {hint}", file=sys.stderr)
    return code
