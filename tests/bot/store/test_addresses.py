"""What an operator may write as the store's address."""

import ssl

import pytest

from bot.errors import StoreError
from bot.store.addresses import address


@pytest.mark.parametrize("text", ["sqlite:///heatwire.db", "sqlite:////var/lib/heatwire.db", "sqlite://"])
def test_a_sqlite_address_is_taken_as_it_is(text: str) -> None:
    assert address(text)[0].render_as_string() == text


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_both_names_of_postgresql_mean_our_driver(scheme: str) -> None:
    url, arguments = address(f"{scheme}://user:secret@host:6432/news")
    assert url.render_as_string(hide_password=False) == "postgresql+heatwire://user:secret@host:6432/news"
    assert arguments == {"ssl_context": None}


@pytest.mark.parametrize(("port", "socket"), [("", "5432"), (":6432", "6432")])
def test_a_host_with_a_slash_is_the_folder_of_a_socket(port: str, socket: str) -> None:
    _, arguments = address(f"postgresql://user@{port}/news?host=/run/postgresql")
    assert arguments["unix_sock"] == f"/run/postgresql/.s.PGSQL.{socket}"


def test_tls_can_be_switched_off() -> None:
    assert address("postgresql://host/news?sslmode=disable")[1] == {"ssl_context": False}


def test_tls_can_be_required_of_whoever_answers() -> None:
    context = address("postgresql://host/news?sslmode=require")[1]["ssl_context"]
    assert context.verify_mode is ssl.CERT_NONE
    assert not context.check_hostname


def test_the_server_s_certificate_can_be_verified() -> None:
    context = address("postgresql://host/news?sslmode=verify-full")[1]["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("heatwire.db", "no URL"),
        ("mysql://host/news", "'mysql' is neither sqlite nor postgresql"),
        ("postgresql+psycopg://host/news", "neither sqlite nor postgresql"),
        ("sqlite://heatwire.db", "has more to it than sqlite:///PATH"),
        ("sqlite:///heatwire.db?mode=ro", "has more to it than sqlite:///PATH"),
        ("postgresql://user:s3cret@host/news?sslmode=maybe", "'maybe' is not an sslmode"),
        ("postgresql://user:s3cret@host/news?pool=9", "'pool' is not an option"),
    ],
)
def test_any_other_address_is_refused_without_showing_a_password(text: str, complaint: str) -> None:
    with pytest.raises(StoreError, match=complaint) as refusal:
        address(text)
    assert "s3cret" not in str(refusal.value)
