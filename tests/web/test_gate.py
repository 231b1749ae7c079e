"""What the gate hands out, and what it keeps."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import retire_moment
from ranker.domain.clearance import Method
from ranker.domain.values import EpisodeCode, LockedMoment, Standing, VisibleMoment
from ranker.extensions import db
from ranker.gate import NotHere
from ranker.gate.rows import reading_order
from ranker.models import Moment
from tests.cast import SLUG, Cast
from tests.worlds.walk import body_of


def titles(cast: Cast, **options: object) -> list[str]:
    ranking = cast.gate(**options).ranking(Method.FAIR)  # type: ignore[arg-type]
    return [getattr(row.moment, "title", "locked") for row in ranking.standings]


def test_a_moment_is_visible_from_its_label_on(cast: Cast) -> None:
    with cast.app.app_context():
        for position in range(7):
            shown = titles(cast, name=None, declared=position)
            assert len([title for title in shown if title != "locked"]) == sum(
                label <= position for label in (1, 1, 2, 3, 4, 4, 5, 5, 6)
            )


LOCKED = LockedMoment(EpisodeCode(1, 1, 1), None)
ROWS = st.builds(
    Standing,
    rank=st.just(1),
    moment=st.sampled_from([LOCKED, replace(LOCKED, teaser=""), replace(LOCKED, teaser="A teaser")]),
    score=st.sampled_from([0.25, 0.25 + 1e-12]),
    margin=st.sampled_from([None, 0.0, 0.5]),
    offered=st.sampled_from([0, 1]),
    risen=st.sampled_from([None, -1, 0, 1]),
)


@given(st.lists(ROWS, max_size=6), st.randoms())
def test_locked_rows_of_a_tie_stand_in_the_same_order_whatever_they_hide(rows: list[Standing], chance: Random) -> None:
    """Before they are put in order they stand in that of their ids, which nobody may learn anything of."""
    assert sorted(chance.sample(rows, len(rows)), key=reading_order) == sorted(rows, key=reading_order)


def test_unknown_progress_sees_nothing(cast: Cast) -> None:
    with cast.app.app_context():
        assert set(titles(cast, name="cy")) == {"locked"}
        assert titles(cast, name="cy", view="sealed") == []


def test_a_locked_moment_has_no_title_text_or_id(cast: Cast) -> None:
    with cast.app.app_context():
        locked = cast.gate("bob").moment(cast.public["moment9"])
        assert isinstance(locked, LockedMoment)
        assert (str(locked.unlocks), locked.teaser) == ("S2·E2", "Teaser9")
        for name in ("title", "description", "public_id", "id"):
            assert not hasattr(locked, name)


def test_a_sealed_viewer_is_told_the_same_of_a_locked_moment_as_of_an_unknown_one(cast: Cast) -> None:
    with cast.app.app_context():
        assert isinstance(cast.gate("ada", "sealed").moment(cast.public["moment9"]), VisibleMoment)
        for id in (cast.public["moment9"], "000000000000"):
            with pytest.raises(NotHere):
                cast.gate("bob", "sealed").moment(id)


def test_looking_back_never_looks_ahead(cast: Cast) -> None:
    with cast.app.app_context():
        assert cast.gate("bob").sealed_at(2).clearance.position == 2
        assert cast.gate("bob").sealed_at(6).clearance.position == 4


def test_a_sealed_ranking_counts_only_what_the_viewer_may_know(cast: Cast) -> None:
    cast.rank("ada", 9, 8, 1, 2)
    cast.rank("bob", 2, 1)
    cast.add_fan("eve", 6, [9, 2, 1])
    with cast.app.app_context():
        ranking = cast.gate("bob", "sealed").ranking(Method.CLASSIC)
        scores = {row.moment.title: row.score for row in ranking.standings if not row.moment.locked}
    assert scores["SecretTitle2"] == 9 + 10 + 10
    assert scores["SecretTitle1"] == 10 + 9 + 9


def test_a_ranking_without_ballots_is_in_story_order_and_has_no_ranks(cast: Cast) -> None:
    with cast.app.app_context():
        ranking = cast.gate("ada").ranking(Method.FAIR)
    assert not ranking.decided
    assert [row.moment.title for row in ranking.standings if not row.moment.locked] == [
        f"SecretTitle{number}" for number in range(1, 10)
    ]
    assert {row.rank for row in ranking.standings} == {None}


def test_a_retired_moment_is_in_no_ranking_and_no_pool(cast: Cast) -> None:
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment1"])
        assert "SecretTitle1" not in titles(cast, name="ada")
        assert "SecretTitle1" not in [row.moment.title for row in cast.gate("ada").own_list.read().pool]
        with pytest.raises(NotHere):
            cast.gate("ada").moment(cast.public["moment1"])


def test_ties_among_locked_rows_are_ordered_by_what_the_rows_show(cast: Cast) -> None:
    cast.rank("ada", 1)
    with cast.app.app_context():
        teasers = [row.moment.teaser for row in cast.gate("cy").ranking(Method.FAIR).standings if row.rank == 2]
    assert teasers == [None, "Teaser3", None, None, "Teaser5", None, "Teaser7", "Teaser9"]


def test_going_round_the_gate_is_an_error(cast: Cast) -> None:
    with cast.app.app_context():
        moment = db.session.scalars(select(Moment).limit(1)).one()
        for column in ("title", "description", "teaser"):
            with pytest.raises(InvalidRequestError):
                getattr(moment, column)


def test_episode_titles_beyond_progress_are_not_in_the_rail(cast: Cast) -> None:
    with cast.app.app_context():
        rail = cast.gate("bob").rail
    shown = [episode.title for season in rail.seasons for episode in season.episodes]
    assert shown == ["EpisodeTitle1", "EpisodeTitle2", "EpisodeTitle3", "EpisodeTitle4", None, None]


def test_who_steps_back_on_a_moment_that_is_sealed_away_still_stands_in_the_series(cast: Cast) -> None:
    bob = cast.browser("bob")
    bob.post("/view", {"view": "sealed"})
    path = f"/series/{SLUG}/moments/{cast.public['moment5']}"
    assert "SecretTitle5" in bob.get(path).text
    answer = bob.post(f"/series/{SLUG}/progress", {"position": "3"}, headers={"Referer": f"http://localhost{path}"})
    gone = bob.get(answer.location)
    assert gone.status_code == 404
    assert "Nothing here, as far as you have seen" in gone.text
    assert 'id="rail"' in gone.text
    assert body_of(gone) == body_of(bob.get(f"/series/{SLUG}/moments/{'0' * 12}"))
