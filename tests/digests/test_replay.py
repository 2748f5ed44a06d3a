"""The publisher's own weekly issues, composed again from the archive as it stood when they went out.

Skipped where the checkout has no replays beside it.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digests.digest import DigestSpec
from digests.newsroom import Newsroom
from digests.reading.archive import Folder

AZURE_WEEKLY = ("2021-07-21", "2021-07-28", "2021-08-04", "2021-08-11", "2021-08-18", "2021-08-25")
PICKS_OF_AZURE_WEEKLY = 22


def issue_of(case: Path) -> dict[str, Any]:
    issue: dict[str, Any] = json.loads((case / "issue.json").read_text(encoding="utf-8"))
    return issue


def chosen(case: Path, index_path: Path) -> set[str]:
    """What the digest of that moment holds: 160 hours, articles only, five at most."""
    issue = issue_of(case)
    spec = DigestSpec(topics=(issue["topic"],), window=timedelta(hours=160), limit=5, types=("article",))
    news = Newsroom.open(Folder(case, patient=False), index_path)
    try:
        assert news.refresh().problems == ()
        return set(news.digest(spec, now=datetime.fromisoformat(issue["issued_at"])).files)
    finally:
        news.close()


@pytest.mark.parametrize("case", AZURE_WEEKLY)
def test_exactly_what_the_editors_of_azure_weekly_picked_is_chosen(replay: Path, tmp_path: Path, case: str) -> None:
    folder = replay / "azure-weekly" / case
    assert chosen(folder, tmp_path / "index.db") == set(issue_of(folder)["picks"])


def test_no_issue_of_azure_weekly_is_left_out(replay: Path) -> None:
    folders = sorted((replay / "azure-weekly").iterdir())
    assert tuple(folder.name for folder in folders) == AZURE_WEEKLY
    assert sum(len(issue_of(folder)["picks"]) for folder in folders) == PICKS_OF_AZURE_WEEKLY


def test_what_the_editors_of_power_apps_weekly_picked_is_among_the_chosen(replay: Path, tmp_path: Path) -> None:
    folders = sorted((replay / "power-apps-weekly").iterdir())
    assert len(folders) == 31
    for folder in folders:
        assert set(issue_of(folder)["picks"]) <= chosen(folder, tmp_path / f"{folder.name}.db"), folder.name
