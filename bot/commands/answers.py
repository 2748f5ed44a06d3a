"""A command to its answer: reads the newsroom, writes nothing, sends nothing."""

from bot.command import Answer, Button
from bot.commands.conversation import Conversation
from bot.commands.stories import stories
from bot.commands.topics import keyboard, tree
from bot.delivery.delivery import Destination

WAYS_IN = ((Button("Latest", "latest"), Button("Topics", "topic")),)


def answer(talk: Conversation) -> Answer:
    """What is said in return; whoever asks for what there is not gets help."""
    match talk.command.name:
        case "latest":
            return stories(talk)
        case "topic":
            return stories(talk) if talk.command.argument.strip() else keyboard(talk)
        case "topics":
            return tree(talk)
        case "start":
            return _help(talk, "Hello! I bring the hottest stories, by topic.", _here(talk.command.origin))
        case _:
            return _help(talk, "What you can ask")


def slow_down(talk: Conversation) -> Answer:
    """That too much was asked at once."""
    return talk.said("Slow down, please", "A few at once, then one every few seconds.")


def apology(talk: Conversation) -> Answer:
    """That answering broke, which is our fault."""
    return talk.said("That did not work", "It is not your fault, and it has been noted.")


def _help(talk: Conversation, title: str, *more: str) -> Answer:
    return talk.said(
        title,
        f"{talk.typed('latest')} the hottest stories",
        f"{talk.typed('latest')} TOPIC 5 the five hottest of a topic",
        f"{talk.typed('topic')} pick a topic, or name one",
        f"{talk.typed('topics')} all topics",
        f"{talk.typed('help')} this list",
        *more,
        buttons=WAYS_IN,
    )


def _here(origin: Destination) -> str:
    """What an admin writes into the configuration to send digests where this was asked."""
    thread = "" if origin.thread is None else f", thread: {origin.thread}"
    address = "true" if origin.platform == "console" else origin.address
    return f"To send digests here, the configuration says to: [{{{origin.platform}: {address}{thread}}}]"
