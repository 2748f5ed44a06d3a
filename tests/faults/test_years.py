"""A hundred years of publishing, whatever clocks, machines and admins do: nothing twice, nothing silently lost."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event

from bot.failpoints import install
from bot.store.engine import Store
from digests.newsroom import Newsroom
from digests.reading.archive import Folder
from digests.rendering.renderer import Renderer
from tests.faults.years import Figures, Year

FULL_SIZE = 100


def passed(seed: int, year: int) -> Figures:
    """One year, in a store in memory and over an archive without articles."""
    with TemporaryDirectory(prefix="heatwire-year-") as name:
        folder = Path(name)
        (folder / "archive" / "_news").mkdir(parents=True)
        newsroom = Newsroom.open(Folder(folder / "archive"), folder / "index.db")
        with Store.opened("sqlite://") as store:
            world = Year(f"{seed} {year}", newsroom, Renderer(), store)
            install(world.die_sometimes)
            event.listen(store._engine, "commit", world.die_sometimes)
            try:
                return world.pass_by()
            finally:
                install(None)
                newsroom.close()


def test_in_a_hundred_years_nothing_is_published_twice_and_nothing_is_silently_lost(size: float, seed: int) -> None:
    years = max(1, round(FULL_SIZE * size))
    total = Figures()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for figures in pool.map(partial(passed, seed), range(years)):
            total.add(figures)

    said = {field.name: getattr(total, field.name) for field in fields(Figures)}
    print(f"{years} years:", {name: len(one) if isinstance(one, list) else one for name, one in said.items()})  # noqa: T201 - figures
    assert total.lost == []
    assert total.double == []
    assert total.too_late == []
    assert total.published > 300 * years
