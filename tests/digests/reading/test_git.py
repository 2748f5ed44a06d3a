"""The git program, run so that it neither asks, nor stays, nor tells a password."""

import subprocess
from pathlib import Path
from threading import Timer
from time import monotonic

import pytest

from digests.reading.git import GitError, Repository


def refusal(repository: Repository, *arguments: str) -> str:
    with pytest.raises(GitError) as caught:
        repository.run(*arguments)
    return str(caught.value)


def test_a_command_gives_its_code_and_output(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "unused")
    repository.run("init", "--quiet")

    assert repository.run("rev-parse", "--is-bare-repository") == (0, "false")
    assert repository.run("rev-parse", "--quiet", "--verify", "HEAD", accepted=(0, 1)) == (1, "")


def test_a_repository_further_up_is_never_taken_for_ours(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "below").mkdir()

    assert "not a git repository" in refusal(Repository(tmp_path / "below", "unused"), "rev-parse", "HEAD")


def test_the_repository_of_a_hook_that_started_us_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "theirs"))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    repository = Repository(tmp_path, "unused")
    repository.run("init", "--quiet")
    (tmp_path / "a").touch()

    repository.run("add", "a")

    assert (tmp_path / ".git" / "index").exists()
    assert not (tmp_path / "theirs").exists()


def test_settings_that_the_operator_hands_down_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "http.extraHeader")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "X-Ours: 1")
    repository = Repository(tmp_path, "file:///somewhere")
    repository.run("init", "--quiet")

    assert repository.run("config", "http.extraHeader") == (0, "X-Ours: 1")
    assert repository.run("config", "remote.origin.url") == (0, "file:///somewhere")


def test_no_password_is_told_or_kept(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "http://user:p4ss@127.0.0.1:9/x.git?token=s3cret&a=b")
    repository.run("init", "--quiet")

    told = refusal(repository, "ls-remote", "origin")

    assert told.startswith("git ls-remote: unable to access 'http://127.0.0.1:9/x.git?token=&a=")
    assert "p4ss" not in told
    assert "s3cret" not in told
    assert "p4ss" not in (tmp_path / ".git" / "config").read_text()


def test_advice_is_left_out_of_what_git_says(tmp_path: Path) -> None:
    repository = Repository(tmp_path, str(tmp_path / "missing"))
    repository.run("init", "--quiet")

    assert refusal(repository, "ls-remote", "origin") == (
        f"git ls-remote: '{tmp_path}/missing' does not appear to be a git repository; "
        "Could not read from remote repository."
    )


def test_a_silent_failure_is_told_by_its_code(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "unused")
    repository.run("init", "--quiet")

    assert refusal(repository, "rev-parse", "--quiet", "--verify", "HEAD") == "git rev-parse: exit code 1"


def test_an_address_cannot_run_a_program(tmp_path: Path) -> None:
    repository = Repository(tmp_path, f"ext::touch {tmp_path}/ran")
    repository.run("init", "--quiet")

    assert "transport 'ext' not allowed" in refusal(repository, "ls-remote", "origin")
    assert not (tmp_path / "ran").exists()


def test_a_command_that_does_not_end_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", f"sleep 60; touch {tmp_path}/survived;")
    monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
    repository = Repository(tmp_path, "ssh://nobody@127.0.0.1/x", timeout=0.2)
    repository.run("init", "--quiet")
    started = monotonic()

    assert refusal(repository, "ls-remote", "origin") == "git ls-remote: no end after 0.2 s"
    assert monotonic() - started < 10


def test_a_command_ends_when_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "sleep 60;")
    monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
    repository = Repository(tmp_path, "ssh://nobody@127.0.0.1/x")
    repository.run("init", "--quiet")
    started = monotonic()
    Timer(0.3, repository.ending.set).start()

    assert refusal(repository, "ls-remote", "origin") == "git ls-remote: told to end"
    assert refusal(repository, "init") == "git init: told to end"
    assert monotonic() - started < 10


def test_a_machine_without_git_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert refusal(Repository(tmp_path, "unused"), "init") == "git: no such file or directory"
