"""`ranker series import` and `export`: the desk's imports, with exit codes that scripts can rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from ranker.desk.catalogue import series_as_file
from ranker.exchange.series import read_series
from ranker.installation import SEEDS, seed_bytes
from tests.cast import SLUG, Cast

NEXT = b'[{"season": 2, "number": 3, "name": "The storm"}, {"season": 2, "number": null}]'


def ranker(cast: Cast, *words: str, given: bytes = b"") -> Result:
    return cast.app.test_cli_runner().invoke(args=["series", *words], input=given)


def episodes(cast: Cast) -> int:
    with cast.app.app_context():
        return len(series_as_file(SLUG).episodes)


def test_a_dry_run_says_what_it_would_do_and_does_nothing(cast: Cast) -> None:
    words = ("import", "-", "--into", SLUG)
    told = ranker(cast, *words, "--dry-run", given=NEXT)
    assert (told.exit_code, episodes(cast)) == (0, 6)
    assert "new: episode S2·E3 The storm" in told.output
    assert "1 new, 0 changed, 0 unchanged, 1 skipped, 0 refused" in told.output
    assert ranker(cast, *words, given=NEXT).output == told.output
    assert episodes(cast) == 7
    assert ranker(cast, *words, given=NEXT).exit_code == 0  # nothing left to do


@pytest.mark.parametrize(
    ("words", "given", "code"),
    [
        (("--into", SLUG), b'[{"season": 2, "number": 3}, {"season": "x", "number": 4}]', 1),
        (("--into", SLUG), b"nothing of ours", 1),
        (("--into", "nowhere"), NEXT, 1),
        ((), NEXT, 2),
    ],
)
def test_what_is_refused_leaves_nothing_and_says_so_by_its_exit_code(
    cast: Cast, words: tuple[str, ...], given: bytes, code: int
) -> None:
    assert ranker(cast, "import", "-", *words, given=given).exit_code == code
    assert episodes(cast) == 6


def test_a_series_that_is_not_there_yet_is_added_from_its_own_file(cast: Cast, tmp_path: Path) -> None:
    slug = json.loads(seed_bytes(SEEDS[0]))["slug"]
    assert ranker(cast, "import", "-", "--dry-run", given=seed_bytes(SEEDS[0])).exit_code == 0
    assert ranker(cast, "export", slug).exit_code == 1
    assert ranker(cast, "import", "-", given=seed_bytes(SEEDS[0])).exit_code == 0
    out = tmp_path / "out.json"
    assert ranker(cast, "export", slug, "--out", str(out)).exit_code == 0
    written, wanted = read_series(out.read_bytes()), read_series(seed_bytes(SEEDS[0]))
    assert written.episodes == wanted.episodes
    assert {moment.title for moment in written.moments} == {moment.title for moment in wanted.moments}
    assert "0 new, 0 changed" in ranker(cast, "import", str(out)).output
