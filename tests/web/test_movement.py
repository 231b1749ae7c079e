"""What has moved since a week ago, on the rows of a ranking."""

from __future__ import annotations

import re

import pytest

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, add_moment, retire_moment
from ranker.domain.clearance import Method
from ranker.models import now
from ranker.web.pages import day_of
from tests.cast import SLUG, Cast
from tests.web.test_upkeep import DAY, shift

SERIES = f"/series/{SLUG}"


def moved(page: str) -> dict[str, str]:
    """What the rows say of movement, as a screen reader reads it, by title."""
    rows = {}
    for row in page.split('<li class="standing')[1:]:
        title = re.search(r"SecretTitle\d|Fresh", row)
        said = re.search(r'<span class="moved[^"]*">(.*?)</span>\n', row)
        text = re.sub(r"<[^>]*>", "", said[1]).strip() if said else ""
        if title and said:
            rows[title[0]] = text
    return rows


def a_week_later(cast: Cast) -> str:
    """Ada's favourite is 1 and bob has none yet; then bob comes, and a week has gone by."""
    cast.rank("ada", 1, 2, 3)
    cast.browser().get(SERIES)
    shift(cast, 7 * DAY)
    cast.rank("ada", 2, 1, 3)
    return f"since {day_of(now().date() - 7 * DAY)}"


@pytest.mark.parametrize("method", ["fair", "classic"])
@pytest.mark.parametrize("view", ["masked", "sealed"])
def test_the_rows_say_who_rose_and_who_fell(cast: Cast, view: str, method: str) -> None:
    since = a_week_later(cast)
    bob = cast.browser("bob")
    bob.post("/view", {"view": view})
    page = bob.get(f"{SERIES}?method={method}").text
    assert moved(page) == {"SecretTitle2": f", up 1 {since}", "SecretTitle1": f", down 1 {since}"}
    assert since in page


def test_a_moment_that_came_is_new_and_pushes_nobody_down(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    cast.browser().get(SERIES)
    shift(cast, 7 * DAY)
    with cast.app.app_context():
        fresh = add_moment(COMMAND_LINE, SLUG, MomentText("Fresh", "", None, 1))
        retire_moment(COMMAND_LINE, cast.public["moment3"])
    cast.public["moment10"] = fresh
    cast.rank("ada", 10, 1, 2)
    said = moved(cast.browser("ada").get(SERIES).text)
    assert list(said) == ["Fresh"]
    assert said["Fresh"].startswith(", new since")


def test_a_locked_row_says_its_number_and_not_that_it_is_new(cast: Cast) -> None:
    cast.rank("ada", 9, 8, 1)
    cast.browser().get(SERIES)
    shift(cast, 7 * DAY)
    cast.rank("ada", 8, 9, 1)
    with cast.app.app_context():
        add_moment(COMMAND_LINE, SLUG, MomentText("Hidden", "", None, 6))
    page = cast.browser("bob").get(SERIES).text
    assert page.count("moved--up") == page.count("moved--down") == 1
    assert "moved--new" not in page
    assert "moved--new" in cast.browser("ada").get(SERIES).text


def test_what_moved_further_on_does_not_show_in_a_sealed_ranking(cast: Cast) -> None:
    cast.rank("ada", 9, 8, 1)
    cast.browser().get(SERIES)
    shift(cast, 7 * DAY)
    cast.rank("ada", 8, 9, 1)
    bob = cast.browser("bob")
    assert moved(bob.get(f"{SERIES}?view=sealed").text) == {}
    assert "moved--" in bob.get(SERIES).text


def test_each_horizon_is_compared_with_itself(cast: Cast) -> None:
    """2 leads the whole ranking, 1 the one sealed before 9 (DESIGN.md, section 4); nothing has moved in either."""
    for number in range(5):
        cast.add_fan(f"fan-{number}", 6, (1, 2, 9) if number < 3 else (2, 9, 1))
    cast.browser().get(SERIES)
    shift(cast, 7 * DAY)
    for page in (SERIES, f"{SERIES}?view=sealed", f"{SERIES}?as_of=1"):
        text = cast.browser("bob").get(page).text
        assert "since" in text
        assert moved(text) == {}


def test_with_nothing_to_compare_with_nothing_is_said(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    for _ in range(2):
        page = cast.browser("ada").get(SERIES).text
        assert "since" not in page
        assert "moved" not in page


def test_a_young_site_compares_with_its_oldest_day(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    for _ in range(3):
        cast.browser().get(SERIES)
        shift(cast, DAY)
    assert f"since {day_of(now().date() - 3 * DAY)}" in cast.browser("ada").get(SERIES).text


def test_an_older_site_compares_with_the_newest_day_that_is_a_week_old(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    for days in (4, 3, 2, 5):
        cast.browser().get(SERIES)
        shift(cast, days * DAY)
    # There are days 14, 10, 7 and 5 days ago.
    assert f"since {day_of(now().date() - 7 * DAY)}" in cast.browser("ada").get(SERIES).text


def test_a_kept_ranking_is_not_shown_on_another_day(cast: Cast) -> None:
    with cast.app.app_context():
        today, tomorrow = cast.gate("ada"), cast.gate("ada")
        tomorrow.__dict__["today"] = today.today + DAY  # as read once a day later
        assert today.ranking_key(Method.FAIR) != tomorrow.ranking_key(Method.FAIR)


def test_days_to_come_are_not_compared_with(cast: Cast) -> None:
    cast.rank("ada", 1, 2, 3)
    cast.browser().get(SERIES)
    shift(cast, -3 * DAY)
    assert "since" not in cast.browser("ada").get(SERIES).text
