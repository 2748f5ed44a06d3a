"""What the README says is so: its commands run, its configuration loads, its article is read."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings.loading import load_text
from digests.article import Article
from digests.reading.frontmatter import read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
TYPED = [line.removeprefix("$ ") for line in re.findall(r"^\$ .*$", README, re.MULTILINE)]
MENTIONED = sorted(set(re.findall(r"(?<!@)\bheatwire ([a-z]+)", README)))


def yaml_block(beginning: str) -> str:
    """The YAML block that begins so, as it stands below a list item."""
    blocks = re.findall(r"^( *)```yaml\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
    texts = ["".join(line.removeprefix(indent) for line in text.splitlines(True)) for indent, text in blocks]
    return next(text for text in texts if text.startswith(beginning))


def run(command: list[str], folder: Path, stdin: str = "") -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(folder)},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("command", [command for command in TYPED if command.startswith("heatwire")])
def test_each_command_that_is_shown_runs(command: str, tmp_path: Path) -> None:
    assert run([sys.executable, "-m", "bot", *shlex.split(command)[1:]], tmp_path)


def test_the_first_command_shows_a_digest(tmp_path: Path) -> None:
    # The environment of these tests stands for the one that make would set up.
    here = [f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.runs"]
    said = run(["make", "--silent", *here, "demo"], tmp_path, "/topic ai\nquit\n")

    assert "make demo" in TYPED
    assert "A library in Ulm lets an open model answer its oldest letters" in said


def test_the_second_command_runs_the_tests(tmp_path: Path) -> None:
    here = [f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.tests"]

    assert "make test" in TYPED
    assert "pytest" in run(["make", "--dry-run", *here, "test"], tmp_path)


@pytest.mark.parametrize("name", MENTIONED)
def test_each_command_that_is_mentioned_exists(name: str, tmp_path: Path) -> None:
    assert "Usage: heatwire" in run([sys.executable, "-m", "bot", name, "--help"], tmp_path)


def test_the_configuration_loads() -> None:
    settings = load_text(yaml_block("archive:"), Path("README.md"), {}, need_tokens=False)

    assert list(settings.digests) == ["ai-morning"]


def test_the_article_is_read() -> None:
    article = read(yaml_block("---").encode(), "2026-01-15-moon-dust.md")

    assert isinstance(article, Article)
    assert article.title == "Moon dust makes surprisingly good bricks"


def test_the_links_to_files_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
