"""How long Telegram's rooms wait for what; all in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Waits that a test may shorten; nobody else has had a reason to."""

    send: float = 40.0
    """For the answer to a send: too short, and a slow answer becomes an unclear one."""
    poll: int = 50
    """How long Telegram holds an empty poll: its own most (telegram-bot-api, Client.h)."""
    poll_grace: float = 15.0
    """Past that, until a silent poll is given up."""
    longest_pause: float = 30.0
    """Between polls when the network, Telegram or a second poller is the trouble."""
    longest_pause_without_token: float = 300.0
    """Between polls when the token is refused: only a person can help."""
    probe: float = 10.0
    """For the answer to one question about a message."""
    retry: float = 1.0
    """Until such a question is asked again after trouble on the way."""
    hold: float = 20.0
    """At most for what a 429 asks for, while everybody else waits for the chat."""
    pace: float = 1.0
    """Between such questions in a private chat: they are edits, and counted as messages are."""
    group_pace: float = 3.0
    """Between such questions in a group or channel, which has 20 a minute."""
    look_up: float = 225.0
    """For all questions about one delivery."""
    ask_again: float = 30.0
    """Until a look-up is begun again that met trouble with the network or with Telegram."""
    successor: float = 5.0
    """For a message from after the one in doubt, which spares asking about numbers that none has had yet."""
    crowd: float = 300.0
    """For what is found of other messages in doubt, where so many numbers are in question that not all are tried."""


TIMING = Timing()
"""What the service waits."""
