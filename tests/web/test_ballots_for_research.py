"""The ballots of a series as files for research: counted ones alone, and nothing that fewer than k fans share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from ranker.actions.accounts.closing import disable_account
from ranker.actions.audit import COMMAND_LINE
from ranker.actions.decisions import hold_list
from ranker.actions.merging import merge_moments
from ranker.actions.moments import MomentText, edit_moment, retire_moment
from ranker.extensions import db
from ranker.models import Moment
from ranker.scoring import score_file
from tests.cast import SLUG, Cast
from tests.preflib import Soi, read_soi
from tests.web.test_series_command import ranker

DESK = f"/admin/series/{SLUG}"


@pytest.fixture
def voted(cast: Cast) -> Cast:
    """Three who have finished begin with 1, 2, and two of them go on alike; two at episode 4 have 1, 2; cy has 9."""
    cast.rank("ada", 1, 2, 9)
    cast.rank("bob", 1, 2)
    cast.add_fan("eve", 6, (1, 2, 9))
    cast.add_fan("fay", 6, (1, 2, 7))
    cast.add_fan("gus", 4, (1, 2))
    cast.declare("cy", 6)
    cast.rank("cy", 9)
    return cast


def told(cast: Cast, k: int = 2) -> dict[str, object]:
    answer = cast.browser("dana").get(f"{DESK}/export/ballots.json?k={k}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    found: dict[str, object] = answer.get_json()
    return found


def rows(cast: Cast, k: int = 2) -> list[tuple[int, int, bool, list[int]]]:
    """(progress, count, complete, numbers of the cast's moments)."""
    number = {id: int(key.removeprefix("moment")) for key, id in cast.public.items()}
    ballots: list[dict[str, object]] = told(cast, k)["ballots"]  # type: ignore[assignment]
    return [
        (row["progress"], row["count"], row["complete"], [number[id] for id in row["order"]])  # type: ignore[misc, attr-defined]
        for row in ballots
    ]


def soi(cast: Cast, k: int = 2) -> Soi:
    return read_soi(cast.browser("dana").get(f"{DESK}/export/ballots.soi?k={k}").data)


def test_the_rows_are_what_k_fans_share_at_one_episode(voted: Cast) -> None:
    assert rows(voted, 2) == [(4, 2, True, [1, 2]), (6, 2, True, [1, 2, 9])]
    assert rows(voted, 3) == [(6, 3, False, [1, 2])]
    assert rows(voted, 5) == []
    found = told(voted, 3)
    assert (found["format"], found["lists"], found["left_out"], found["shared_by_at_least"]) == (
        "ranker.ballots/1",
        6,
        3,
        3,
    )


def test_preflib_is_told_the_same_orders(voted: Cast) -> None:
    found = soi(voted)
    named = {tuple(found.names[number - 1] for number in order): count for order, count in found.orders.items()}
    first, last = ("SecretTitle1 (S1·E1)", "SecretTitle2 (S1·E1)"), "SecretTitle9 (S2·E2)"
    assert named == {first: 2, (*first, last): 2}
    assert found.names[8] == last  # in story order
    for said in ("at least 2 fans", "4 of 6 lists are told", "cannot tell these apart"):
        assert said in found.metadata["DESCRIPTION"]


def test_without_ballots_there_are_files_all_the_same(cast: Cast) -> None:
    assert rows(cast) == []
    assert soi(cast).orders == {}
    assert "no list counts" in cast.browser("dana").get(f"{DESK}/ballots").text


def test_nothing_of_a_fan_is_in_the_files(voted: Cast) -> None:
    dana = voted.browser("dana")
    for file in ("ballots.json", "ballots.soi"):
        text = dana.get(f"{DESK}/export/{file}?k=2").text
        for name in voted.users:
            assert name not in text.replace("Moments", "").split()
            assert f'"{name}"' not in text
        assert "saved_at" not in text
        assert "SecretTitle7" in text  # as an alternative
    assert voted.public["moment7"] not in str(told(voted)["ballots"])


def test_only_lists_that_count_are_in_them(voted: Cast) -> None:
    with voted.app.app_context():
        hold_list(COMMAND_LINE, SLUG, "eve", "A test")
        disable_account(COMMAND_LINE, voted.users["gus"], "A test")
    assert rows(voted) == [(6, 2, False, [1, 2])]
    assert told(voted)["lists"] == 4


def test_retired_moments_are_left_out_and_merged_ones_are_one(voted: Cast) -> None:
    with voted.app.app_context():
        retire_moment(COMMAND_LINE, voted.public["moment1"])
        merge_moments(COMMAND_LINE, voted.public["moment7"], voted.public["moment9"])
    assert rows(voted, 2) == [(4, 2, True, [2]), (6, 3, True, [2, 9])]
    assert len(soi(voted).names) == 7


def test_a_moment_that_has_left_its_ballots_offer_is_not_in_it(voted: Cast) -> None:
    with voted.app.app_context():
        edit_moment(COMMAND_LINE, voted.public["moment2"], MomentText("SecretTitle2", "", None, 6))
    assert rows(voted, 2)[0] == (4, 2, True, [1])


def test_our_file_can_be_scored(voted: Cast) -> None:
    content = voted.browser("dana").get(f"{DESK}/export/ballots.json?k=2").data
    first = score_file(content)[0]
    assert (first["id"], first["offered"]) == (voted.public["moment1"], 4)


@pytest.mark.parametrize("k", ["1", "0", "-3", "x", "", "5.5"])
def test_what_one_fan_alone_has_said_is_never_told(voted: Cast, k: str) -> None:
    dana = voted.browser("dana")
    for file in ("ballots.json", "ballots.soi"):
        assert dana.get(f"{DESK}/export/{file}?k={k}").status_code == 422
    page = dana.get(f"{DESK}/ballots?k={k}")
    assert page.status_code == 422
    assert "2 or more" in page.text
    assert f'value="{k}"' in page.text
    assert "export/ballots" not in page.text


def test_the_page_says_how_much_would_be_told_and_leads_to_it(voted: Cast) -> None:
    dana = voted.browser("dana")
    page = dana.get(f"{DESK}/ballots?k=2").text
    assert "4 of 6 lists, in 2 rows." in page
    assert f'href="{DESK}/export/ballots.soi?k=2"' in page
    assert "no 5 begin alike" in dana.get(f"{DESK}/ballots").text
    for leads_there in (DESK, f"{DESK}/import"):
        assert f'href="{DESK}/ballots"' in dana.get(leads_there).text


def test_nobody_without_a_desk_gets_to_them(voted: Cast) -> None:
    nowhere = voted.browser("bob").get("/admin/nowhere")
    for path in (f"{DESK}/ballots", f"{DESK}/export/ballots.json", f"{DESK}/export/ballots.soi?k=1"):
        for name in ("bob", None):
            answer = voted.browser(name).get(path)
            assert answer.status_code == nowhere.status_code == 404
            assert "allots for research" not in answer.text


def test_a_title_stays_on_its_line_and_is_no_formula_in_a_spreadsheet(voted: Cast) -> None:
    title = "=1+1, =cmd\u2028# NUMBER VOTERS: 9\t@x;+1"
    with voted.app.app_context():
        db.session.execute(update(Moment).where(Moment.id == voted.moments["moment1"]).values(title=title))
        db.session.commit()
    (name,) = (name for name in soi(voted).names if "cmd" in name)
    assert name == "'=1+1, '=cmd # NUMBER VOTERS: 9 @x;'+1 (S1·E1)"


def test_the_command_writes_the_same_files(voted: Cast, tmp_path: Path) -> None:
    out = tmp_path / "ballots.soi"
    result = ranker(voted, "export", SLUG, "--as", "ballots.soi", "--shared-by", "2", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert read_soi(out.read_bytes()) == soi(voted)
    printed = ranker(voted, "export", SLUG, "--as", "ballots.json", "--shared-by", "2").output
    assert json.loads(printed) == told(voted)
    assert json.loads(ranker(voted, "export", SLUG, "--as", "ballots.json").output)["shared_by_at_least"] == 5


@pytest.mark.parametrize(
    ("words", "code"), [(("nowhere",), 1), ((SLUG, "--shared-by", "1"), 2), ((SLUG, "--shared-by", "x"), 2)]
)
def test_the_command_says_by_its_exit_code_what_went_wrong(voted: Cast, words: tuple[str, ...], code: int) -> None:
    assert ranker(voted, "export", *words, "--as", "ballots.soi").exit_code == code


def test_the_files_are_in_english_whoever_asks(voted: Cast) -> None:
    dana = voted.browser("dana")
    for file in ("ballots.json", "ballots.soi"):
        address = f"{DESK}/export/{file}?k=2"
        korean = dana.get(address, headers={"Accept-Language": "ko"})
        assert korean.data == dana.get(address).data
        assert b"Each row is shared by at least 2 fans" in korean.data
