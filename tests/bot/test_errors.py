"""Faults say where they are, and end a command with their own exit code."""

import pytest

from bot.errors import BotError, SchemaError, SettingProblem, SettingsError, StoreError, UsageError


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            SettingProblem("a.yaml", 14, "digests.ai.cron", "'x' is not a cron line"),
            "a.yaml:14: digests.ai.cron: 'x' is not a cron line",
        ),
        (SettingProblem("a.yaml", None, "archive", "is missing"), "a.yaml: archive: is missing"),
        (SettingProblem("HEATWIRE_STORE", None, "", "is none"), "HEATWIRE_STORE: is none"),
    ],
)
def test_a_problem_says_where_it_is(problem: SettingProblem, text: str) -> None:
    assert str(problem) == text


def test_all_problems_are_told_one_a_line() -> None:
    error = SettingsError([SettingProblem("a", 1, "", "x"), SettingProblem("a", 2, "", "y")])
    assert str(error) == "a:1: x\na:2: y"


@pytest.mark.parametrize(
    ("error", "code"), [(BotError, 1), (StoreError, 1), (SchemaError, 1), (UsageError, 2), (SettingsError, 78)]
)
def test_each_fault_has_its_exit_code(error: type[BotError], code: int) -> None:
    assert error.exit_code == code
