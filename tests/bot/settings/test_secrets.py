"""Secrets come from the environment, and nothing shows them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.secrets import Secret, SecretFault, fingerprint, holds_token, passwords_of, redact, secret

NAME = "HEATWIRE_TELEGRAM_TOKEN"
TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz0123456"


def written(tmp_path: Path, content: bytes) -> dict[str, str]:
    file = tmp_path / "token"
    file.write_bytes(content)
    return {f"{NAME}_FILE": str(file)}


def test_a_secret_hides_itself() -> None:
    assert [str(Secret("canary")), repr(Secret("canary")), f"{Secret('canary')}"] == ["Secret('***')"] * 3
    assert Secret("canary").reveal() == "canary"


def test_an_empty_secret_is_false_and_says_so() -> None:
    assert (bool(Secret("")), repr(Secret("")), bool(Secret("a"))) == (False, "Secret('')", True)


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


def test_a_secret_is_read_from_its_variable() -> None:
    assert secret({NAME: "canary\n"}, NAME) == Secret("canary")


@pytest.mark.parametrize("environ", [{}, {NAME: ""}, {NAME: "", f"{NAME}_FILE": ""}, {NAME: " "}])
def test_an_empty_variable_is_not_set(environ: dict[str, str]) -> None:
    assert secret(environ, NAME) is None


def test_a_secret_is_read_from_its_file_without_the_line_end(tmp_path: Path) -> None:
    assert secret(written(tmp_path, b"canary\r\n"), NAME) == Secret("canary")


def test_a_variable_and_its_file_exclude_each_other(tmp_path: Path) -> None:
    both = {NAME: "canary", **written(tmp_path, b"canary")}
    assert secret(both, NAME) == SecretFault(NAME, f"is set, and {NAME}_FILE as well")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\n", "is empty"), (b"\xff", "is not a text"), (b"a" * 5000, "is longer than any secret")],
)
def test_a_file_that_holds_no_secret_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    environ = written(tmp_path, content)
    assert secret(environ, NAME) == SecretFault(f"{NAME}_FILE", f"{environ[f'{NAME}_FILE']!r} {reason}")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = str(tmp_path / "none")
    fault = secret({f"{NAME}_FILE": file}, NAME)
    assert fault == SecretFault(f"{NAME}_FILE", f"{file!r} cannot be read: no such file or directory")


def test_a_fingerprint_differs_with_what_the_files_hold_and_shows_none_of_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    environ = {f"{NAME}_FILE": str(file)}
    found = [fingerprint({}), fingerprint(environ)]
    for text in ("canary", "canary", "other"):
        file.write_text(text, encoding="utf-8")
        found.append(fingerprint(environ))
    assert found[2] == found[3]
    assert len(set(found)) == 4
    assert "canary" not in "".join(found)


@pytest.mark.parametrize("token", [TOKEN, "xoxb-12345678-abcdef", "xoxp-12345678", "xapp-1-A012345-678"])
def test_what_looks_like_a_token_is_struck_from_any_text(token: str) -> None:
    assert holds_token(f"key: {token}")
    assert redact(f"POST https://api/bot{token}/sendMessage") == "POST https://api/bot***/sendMessage"


@pytest.mark.parametrize("text", ["09:00", "xoxb-", "C0123456789", "1712345678.123456", "https://example.org:8080/a"])
def test_what_is_no_token_stays(text: str) -> None:
    assert not holds_token(text)
    assert redact(text) == text


def test_known_secrets_are_struck_the_longer_first() -> None:
    assert redact("canary-long and canary", ["canary", "canary-long"]) == "*** and ***"


def test_a_secret_too_short_to_be_one_is_left() -> None:
    assert redact("banana", ["a", ""]) == "banana"


def test_the_password_of_a_url_is_struck() -> None:
    assert redact("postgresql://bot:p%40ss@db:5432/x") == "postgresql://bot:***@db:5432/x"
    assert redact("https://medium.com:443/@user") == "https://medium.com:443/@user"


def test_a_password_is_known_as_it_is_written_and_as_it_is_meant() -> None:
    assert passwords_of("postgresql://bot:p%40ss@db/x") == ("p%40ss", "p@ss")
    assert passwords_of("postgresql://bot:pass@db/x") == ("pass",)
    assert passwords_of("sqlite:///x.db") == ()


@given(st.text(), st.text(), st.text(min_size=6, alphabet=st.characters(exclude_characters="*")))
def test_no_text_shows_a_known_secret(before: str, after: str, known: str) -> None:
    assert known not in redact(f"{before}{known}{after}", [known])
