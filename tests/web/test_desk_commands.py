"""`ranker episode` and `ranker moment`: what the desk does, for scripts, with exit codes they can rely on."""

from __future__ import annotations

import pytest
from click.testing import Result

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, draft_moment
from ranker.desk.catalogue import series_as_file
from ranker.exchange import MomentIn, SeriesFile
from tests.cast import SLUG, Cast, key

NEXT = b"season,number\n2,3\n"


def ranker(cast: Cast, *words: str, given: str | bytes = "") -> Result:
    return cast.app.test_cli_runner().invoke(args=words, input=given)


def the_series(cast: Cast) -> SeriesFile:
    with cast.app.app_context():
        return series_as_file(SLUG)


def the_moment(cast: Cast, public_id: str) -> MomentIn:
    return next(moment for moment in the_series(cast).moments if moment.key == public_id)


def codes(cast: Cast) -> list[str]:
    return [f"{one.season}.{one.number}" for one in the_series(cast).episodes]


# Episodes


def test_an_episode_is_added_at_the_end(cast: Cast) -> None:
    words = ("episode", "add", SLUG, "S2E3", "--title", "The storm", "--airdate", "2022-01-28")
    assert ranker(cast, *words, "--dry-run").exit_code == 0
    assert len(codes(cast)) == 6
    assert ranker(cast, *words).exit_code == 0
    assert codes(cast)[-1] == "2.3"
    assert the_series(cast).episodes[-1].title == "The storm"


def test_an_episode_between_others_wants_to_know_who_has_seen_it(cast: Cast) -> None:
    words = ("episode", "add", SLUG, "1x3")
    asked = ranker(cast, *words)
    assert asked.exit_code == 2
    assert "4 episodes and 6 moments" in asked.output
    assert ranker(cast, *words, "--unseen", "--dry-run").exit_code == 0
    assert len(codes(cast)) == 6
    assert ranker(cast, *words, "--unseen").exit_code == 0
    assert codes(cast) == ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2"]
    with cast.app.app_context():
        assert cast.gate("bob").clearance.position == 2
    assert ranker(cast, "episode", "delete", SLUG, "S1E3", "--close-gap", "--dry-run").exit_code == 0
    assert ranker(cast, "episode", "delete", SLUG, "S1E3", "--close-gap").exit_code == 0
    assert codes(cast) == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2"]


def test_an_episode_is_changed(cast: Cast) -> None:
    done = ranker(cast, "episode", "edit", SLUG, "1.4", "--as", "S1E9", "--runtime", "50")
    assert (done.exit_code, done.output) == (0, "runtime: None -> 50\n")
    changed = the_series(cast).episodes[3]
    assert (changed.number, changed.title, changed.runtime) == (9, "EpisodeTitle4", 50)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "nowhere", "S1E1"), 1),
        (("add", SLUG, "first"), 2),
        (("add", SLUG, "S2E3", "--airdate", "soon"), 2),
        (("edit", SLUG, "S1E4", "--as", "S1E3"), 1),
        (("edit", SLUG, "S1E4", "--as", "S3E3"), 1),
        (("edit", SLUG, "S9E9", "--title", "x"), 1),
        (("delete", SLUG, "S1E1"), 1),
        (("delete", SLUG, "S9E9"), 1),
    ],
)
def test_an_episode_that_does_not_fit_is_refused_by_exit_code(cast: Cast, words: tuple[str, ...], code: int) -> None:
    before = the_series(cast)
    assert ranker(cast, "episode", *words).exit_code == code
    assert the_series(cast) == before


# Moments


def test_a_moment_is_kept_as_a_draft_looked_at_and_published(cast: Cast) -> None:
    words = ("moment", "add", SLUG, "--title", "The lamp", "--episode", "S2E1", "--description", "It goes out.")
    assert ranker(cast, *words, "--dry-run").output == ""
    public_id = ranker(cast, *words).output.strip()
    assert the_moment(cast, public_id).status == "proposed"
    assert ranker(cast, "moment", "publish", public_id, "--yes").exit_code == 2  # a teaser, or an explicit none
    shown = ranker(cast, "moment", "publish", public_id, "--teaser", "Dark", given="n")
    assert "Unlocks after S2·E1” “Dark”" in shown.output
    assert shown.exit_code == 1
    assert the_moment(cast, public_id).status == "proposed"
    assert ranker(cast, "moment", "publish", public_id, "--teaser", "Dark", "--dry-run").exit_code == 0
    assert ranker(cast, "moment", "publish", public_id, "--teaser", "Dark", given="y").exit_code == 0
    assert (the_moment(cast, public_id).status, the_moment(cast, public_id).teaser) == ("published", "Dark")
    assert "The lamp" in cast.browser("ada").get(f"/series/{SLUG}").text
    assert "The lamp" not in cast.browser("bob").get(f"/series/{SLUG}").text
    assert ranker(cast, "moment", "publish", public_id, "--no-teaser", "--yes").exit_code == 1


def test_a_moment_is_published_at_once_for_scripts(cast: Cast) -> None:
    words = ("moment", "add", SLUG, "--title", "The lamp", "--episode", "S2E1", "--publish")
    assert ranker(cast, *words, "--yes").exit_code == 2
    done = ranker(cast, *words, "--no-teaser", "--yes")
    assert done.exit_code == 0
    assert the_moment(cast, done.stdout.strip()).status == "published"


def test_an_edit_of_what_lists_hold_asks_first(cast: Cast) -> None:
    cast.rank("ada", 1)
    moment1 = cast.public[key(1)]
    words = ("moment", "edit", moment1, "--title", "Renamed")
    assert ranker(cast, *words, "--dry-run").output == "title: 'SecretTitle1' -> 'Renamed'\n"
    asked = ranker(cast, *words, given="n")
    assert (asked.exit_code, the_moment(cast, moment1).title) == (1, "SecretTitle1")
    assert "in 1 list, which" in asked.output
    assert "say --yes where nobody can" in ranker(cast, *words, given="").output
    assert ranker(cast, *words, "--yes").exit_code == 0
    assert the_moment(cast, moment1).title == "Renamed"
    assert ranker(cast, "moment", "edit", moment1, "--episode", "S1E2", "--no-teaser").exit_code == 0  # no question
    assert (the_moment(cast, moment1).episode, the_moment(cast, moment1).teaser) == (2, None)
    assert ranker(cast, "moment", "edit", moment1, "--episode", "S1E1", given="n").exit_code == 1  # earlier


def test_a_moment_is_retired_restored_and_merged(cast: Cast) -> None:
    cast.rank("ada", 2, 1)
    one, two = cast.public[key(1)], cast.public[key(2)]
    for command, status in (("retire", "retired"), ("restore", "published")):
        before = the_moment(cast, one).status
        assert "in 1 list" in ranker(cast, "moment", command, one, "--dry-run").output
        assert the_moment(cast, one).status == before
        assert ranker(cast, "moment", command, one).exit_code == 0
        assert the_moment(cast, one).status == status
    assert ranker(cast, "moment", "merge", one, two, "--dry-run").exit_code == 0
    assert ranker(cast, "moment", "merge", one, two, given="n").exit_code == 1
    assert cast.titles_of("ada") == ["SecretTitle2", "SecretTitle1"]
    assert "changed: 1 list" in ranker(cast, "moment", "merge", one, two, "--yes").output
    assert cast.titles_of("ada") == ["SecretTitle2"]
    assert ranker(cast, "moment", "merge", one, two, "--yes").exit_code == 1


def test_every_moment_has_a_line_in_the_list(cast: Cast) -> None:
    cast.rank("ada", 1)
    lines = ranker(cast, "moment", "list", SLUG).output.splitlines()
    assert len(lines) == 9
    assert lines[0] == f"{cast.public[key(1)]}\tS1·E1\tpublished\t1\tSecretTitle1"


def test_what_is_no_moment_is_refused(cast: Cast) -> None:
    with cast.app.app_context():
        draft = draft_moment(COMMAND_LINE, SLUG, MomentText("A draft", "", None, 1))
    for words in (("retire", "none"), ("restore", draft), ("merge", draft, cast.public[key(1)]), ("list", "nowhere")):
        assert ranker(cast, "moment", *words).exit_code == 1
    add = ("moment", "add", SLUG, "--episode", "S1E1", "--title")
    assert ranker(cast, *add, "x" * 121).exit_code == 2
    assert ranker(cast, "moment", "add", SLUG, "--episode", "S9E1", "--title", "Nowhere").exit_code == 1


# Series


def test_an_import_is_taken_back(cast: Cast) -> None:
    assert ranker(cast, "series", "undo", SLUG).exit_code == 1
    assert ranker(cast, "series", "import", "-", "--into", SLUG, given=NEXT).exit_code == 0
    assert len(codes(cast)) == 7
    assert ranker(cast, "series", "undo", SLUG, "--dry-run").exit_code == 0
    assert len(codes(cast)) == 7
    assert ranker(cast, "series", "undo", SLUG).exit_code == 0
    assert len(codes(cast)) == 6
    assert ranker(cast, "series", "list").output == f"{SLUG}\t6\t9\tThe Lighthouse\n"
    assert ranker(cast, "series", "import", "-", "--into", SLUG, given=NEXT).exit_code == 0
    cast.declare("ada", 7)
    refused = ranker(cast, "series", "undo", SLUG)
    assert refused.exit_code == 1
    assert "got to its episodes" in refused.output
