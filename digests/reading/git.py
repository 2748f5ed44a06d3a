"""The only door to the git program: one command at a time, bounded in time, never asking, never telling a secret."""

import os
import re
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic

_TIMEOUT = 600.0
"""Seconds for one command; the longest is the first fetch of a large archive over a slow line."""
_GLANCE = 0.2
"""Seconds between two looks at whether to end."""
_SECRETS = re.compile(r"(?<=://)[^\s/]*@|(?<==)[^\s&'\"]+")
"""The user part of an address, and the values in its query."""
_SETTINGS = {
    "core.autocrlf": "false",
    "core.hooksPath": os.devnull,
    "core.logAllRefUpdates": "false",
    "core.sparseCheckout": "true",
    "core.symlinks": "false",  # a link in the repository becomes a small file that says where it led
    "gc.autoDetach": "false",  # nothing is left running once a command has ended
    "http.lowSpeedLimit": "1000",  # bytes a second, for
    "http.lowSpeedTime": "60",  # so many seconds: the line is dead
    "init.defaultBranch": "archive",
    "remote.origin.promisor": "true",
    "remote.origin.partialclonefilter": "blob:none",
}
_FOREIGN = frozenset(
    (
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_PARAMETERS",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
    )
)
"""What git sets for the hooks it runs: started by one, we would work in the hook's repository instead of ours."""


class GitError(Exception):
    """A command of git's that failed; the message holds no password."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout in `folder` of the repository at `url`.

    The folder is named outright, so that git never takes a repository further up for ours. The address is neither
    written into the checkout nor shown in the list of processes, for it may hold a password.
    """

    folder: Path
    url: str
    timeout: float = _TIMEOUT
    ending: Event = field(default_factory=Event)
    """Once it is set, by another thread, no command goes on and none begins."""

    def run(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> tuple[int, str]:
        """Exit code and output of a git command; GitError for one not `accepted`, or not ended within `timeout`."""
        try:
            process = subprocess.Popen(  # noqa: S603  # no shell, and the arguments are ours
                ["git", *arguments],  # noqa: S607  # whichever git the machine has
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # so that its children can be ended with it
            )
        except OSError as error:
            raise GitError(f"git: {error.strerror}".lower()) from None
        with process:
            try:
                output, complaint = self._heard_out(process, arguments[0])
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode not in accepted:
            raise GitError(f"git {arguments[0]}: {_told(complaint) or f'exit code {process.returncode}'}")
        return process.returncode, output.strip()

    def _heard_out(self, process: "subprocess.Popen[str]", command: str) -> tuple[str, str]:
        deadline = monotonic() + self.timeout
        while not self.ending.is_set():
            try:
                return process.communicate(timeout=min(_GLANCE, self.timeout))
            except subprocess.TimeoutExpired:
                if monotonic() >= deadline:
                    raise GitError(f"git {command}: no end after {self.timeout:g} s") from None
        raise GitError(f"git {command}: told to end")

    def _environment(self) -> dict[str, str]:
        """No questions, our settings after those that the operator hands down, and the repository's place and address.

        https://git-scm.com/docs/git-config#ENVIRONMENT
        """
        theirs = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        settings = {**_SETTINGS, "remote.origin.url": self.url}
        first = int(theirs.get("GIT_CONFIG_COUNT") or 0)
        numbered = enumerate(settings.items(), first)
        configured = {
            name: text
            for number, (key, value) in numbered
            for name, text in ((f"GIT_CONFIG_KEY_{number}", key), (f"GIT_CONFIG_VALUE_{number}", value))
        }
        return {
            "GIT_ASKPASS": "true",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=30",
            **theirs,
            **configured,
            "GIT_CONFIG_COUNT": str(first + len(settings)),
            "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
            "GIT_DIR": str(self.folder / ".git"),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_WORK_TREE": str(self.folder),
            "LC_ALL": "C.UTF-8",
        }


def _told(complaint: str) -> str:
    """The last two lines of what git says before it gives advice, without its prefixes and without secrets."""
    told = complaint.partition("Please make sure")[0]
    lines = [line.strip().removeprefix("fatal: ").removeprefix("error: ") for line in told.splitlines()]
    return _SECRETS.sub("", "; ".join([line for line in lines if line and not line.startswith("hint:")][-2:]))
