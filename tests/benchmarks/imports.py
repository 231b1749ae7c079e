"""How long a large import takes at the desk and by command: `python -m tests.benchmarks.imports`.

1,000 episodes and 10,000 moments, new and then all of them changed; the issue allows ten seconds.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.series import SlugTaken, add_series
from ranker.exchange import EpisodeIn, MomentIn, SeriesFile, write_series
from ranker.installation import migrate_database
from tests.benchmarks.app import app_on
from tests.cast import Browser, gather_cast

EPISODES, MOMENTS = 1_000, 10_000
ALLOWED = 10.0  # seconds


def main() -> None:
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        app = app_on(Path(folder))
        with app.app_context():
            migrate_database()
        dana = Browser(app, gather_cast(app).users["dana"])
        for words in ("as it was written first", "as it was written later"):
            for name, act in (("at the desk", at_the_desk), ("by command", by_command)):
                slug = name.replace(" ", "-")
                add_series_of(app, slug)
                slowest = max(slowest, timed(f"{name}, {words}", act, app, dana, large(slug, words)))
    if slowest > ALLOWED:
        sys.exit(f"{slowest:.1f} s is more than {ALLOWED:.0f} s")


def large(slug: str, words: str) -> SeriesFile:
    episodes = tuple(EpisodeIn(season=1 + n // 20, number=1 + n % 20, title=f"Episode {n}") for n in range(EPISODES))
    moments = tuple(
        MomentIn(
            key=f"k{n}",
            title=f"Moment {n}",
            description=f"What happens, {words}. " * 3,
            teaser=f"Something, {words}",
            season=episodes[n % EPISODES].season,
            episode=episodes[n % EPISODES].number,
        )
        for n in range(MOMENTS)
    )
    return SeriesFile(format="ranker.series/1", slug=slug, title="A large one", episodes=episodes, moments=moments)


def add_series_of(app: Flask, slug: str) -> None:
    small = SeriesFile(
        format="ranker.series/1", slug=slug, title="A large one", episodes=(EpisodeIn(season=1, number=1),)
    )
    with app.app_context():
        try:
            add_series(COMMAND_LINE, small)
        except SlugTaken:
            return


Act = Callable[[Flask, Browser, str, bytes], None]


def timed(name: str, act: Act, app: Flask, dana: Browser, file: SeriesFile) -> float:
    content = write_series(file)
    start, busy = time.perf_counter(), time.process_time()
    act(app, dana, file.slug, content)
    took, worked = time.perf_counter() - start, time.process_time() - busy
    size = f"{EPISODES:,} episodes and {MOMENTS:,} moments ({len(content) / 1e6:.1f} MB)"
    print(f"{name}: {size} in {took:.1f} s, {worked:.1f} s of them its own work")
    return took


def at_the_desk(app: Flask, dana: Browser, slug: str, content: bytes) -> None:
    """Uploaded, shown, confirmed: all that somebody waits for."""
    page = f"/admin/series/{slug}/import"
    form = {"file": (io.BytesIO(content), "large.json")}
    dana.post(page, form, content_type="multipart/form-data")
    shown = re.search(r'name="shown" value="(\w+)"', dana.get(page).text)
    assert shown is not None
    answer = dana.post(f"{page}/apply", {"shown": shown[1]})
    assert answer.status_code in (200, 303), answer.text
    assert "Imported" in answer.text + dana.get(f"/admin/series/{slug}").text


def by_command(app: Flask, dana: Browser, slug: str, content: bytes) -> None:
    done = app.test_cli_runner().invoke(args=["series", "import", "-"], input=content)
    assert done.exit_code == 0, done.output


if __name__ == "__main__":
    main()
