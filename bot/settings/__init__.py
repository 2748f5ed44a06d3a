"""The configuration: YAML and environment in; frozen settings, or every mistake at once, out.

* `shape`, with `kinds` and `values`: what each key means and may hold; the JSON Schema
* `conflicts`: keys that exclude or need each other
* `secrets`: tokens, from the environment alone, and kept out of every text
* `environment`: which of them a configuration needs
* `loading`, with `assembling`: file and environment to settings
* `differences`: what an edit changed, in plain words
* `following`: a running bot and its file
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.settings.settings import Settings

# Imported when they are called, here and below: the log needs `secrets` and nothing else of this package, at once.


def load(path: Path, environ: Mapping[str, str], *, need_tokens: bool = True) -> "Settings":
    """The settings of the file at `path`; SettingsError with all of its mistakes, in the file's order.

    Without `need_tokens` the platforms' tokens are not looked for, and are empty: for commands that send nothing.
    """
    from bot.settings import loading  # noqa: PLC0415 - see above

    return loading.load(path, environ, need_tokens=need_tokens)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the configuration file, for editors."""
    from bot.settings import shape  # noqa: PLC0415 - see above

    return shape.schema()
