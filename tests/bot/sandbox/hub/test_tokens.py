"""Real tokens are turned away: the sandbox is no place for them."""

from dataclasses import fields

import pytest

from bot.sandbox.hub.tokens import RealTokenError, Tokens, looks_real

LETTERS = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.mark.parametrize(
    "token",
    [
        f"110201543:{LETTERS}w",
        f"xoxb-123456789012-1234567890123-{LETTERS}",
        f"xapp-1-A0123456789-1234567890123-{LETTERS}",
        "0123456789abcdef" * 2,
    ],
)
def test_what_a_platform_could_have_given_out_looks_real(token: str) -> None:
    assert looks_real(token)


def test_the_sandboxs_own_tokens_are_invented() -> None:
    own = Tokens()
    own.check()

    assert [field.name for field in fields(own) if looks_real(getattr(own, field.name))] == []


def test_a_real_token_is_refused_and_not_shown() -> None:
    with pytest.raises(RealTokenError, match="telegram: looks like a real token") as refused:
        Tokens(telegram=f"110201543:{LETTERS}w").check()

    assert LETTERS not in str(refused.value)
