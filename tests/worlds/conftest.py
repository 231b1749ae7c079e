"""Two apps, one for each world; each example puts its world over what was there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import Databases, dispose, make_app
from tests.worlds.world import (
    PROPOSED,
    RETIRED,
    BallotW,
    FanW,
    MomentW,
    NoteW,
    ReportW,
    SeriesW,
    SnapshotW,
    SuggestionW,
    World,
)


@pytest.fixture(scope="session")
def twin_apps(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    apps = tuple(_app(databases, tmp_path_factory.mktemp(name)) for name in ("one", "other"))
    yield apps[0], apps[1]
    for app in apps:
        dispose(app)


def _app(databases: Databases, folder: Path) -> Flask:
    import os

    os.environ["RANKER_DATA_DIR"] = str(folder)
    app = make_app(databases.fresh(folder), folder)
    # A walk logs in more often than a person may; the limits have tests of their own.
    for limit in ("LOGIN_LIMIT", "ACCOUNT_LIMIT", "API_LIMIT", "SUGGESTION_LIMIT", "REPORT_LIMIT"):
        app.config[limit] = "1000000 per minute"
    app.config["EMBED"] = ("*",)
    return app


@pytest.fixture(scope="session")
def lighthouse_world() -> World:
    """A world with something to find in every corner: see the comments."""
    labels = {
        "a1": 1, "a2": 1, "b1": 2, "c1": 3, "d1": 4, "d2": 4, "e1": 5, "e2": 5, "f1": 6,
    }  # fmt: skip
    moments = [
        MomentW(
            public_id(name),
            label,
            f"Title {name}",
            f"Text {name}",
            f"Teaser {name}" if name[1] == "1" else None,
            picture=f"Picture of {name}" if name in ("b1", "e1", "f1") else None,
        )
        for name, label in labels.items()
    ]
    extra = (
        MomentW(public_id("g1"), 6, "Retired late", "Text g1", None, RETIRED),
        MomentW(public_id("g2"), 2, "Retired early", "Text g2", None, RETIRED),
        # Merged: one into what the viewer may see, one into what they may not.
        MomentW(public_id("k1"), 1, "The same as b1", "Text k1", None, RETIRED, merged_into=public_id("b1")),
        MomentW(public_id("k2"), 2, "The same as f1", "Text k2", None, RETIRED, merged_into=public_id("f1")),
        MomentW(public_id("h1"), 1, "Only proposed", "Text h1", None, PROPOSED, None),
        MomentW(public_id("i1"), 5, "Published later", "Text i1", "Teaser i1", edition=2),
        # Nobody lists these: a tie among locked rows of one episode, with different teasers.
        MomentW(public_id("j1"), 6, "Tied one", "Text j1", "Teaser j1"),
        MomentW(public_id("j2"), 6, "Tied two", "Text j2"),
        MomentW(public_id("j3"), 6, "Tied three", "Text j3", "Teaser j3"),
        MomentW(public_id("j4"), 6, "Tied four", "Text j4", "Teaser j4"),
        MomentW(public_id("j5"), 6, "Tied five", "Text j5"),
        MomentW(public_id("j6"), 6, "Tied six", "Text j6"),
    )
    shown = [moment for moment in (*moments, *extra) if moment.status != PROPOSED]
    # A week ago the order was another one at every horizon; two of the tied ones have moved differently since.
    snapshots = tuple(
        SnapshotW(8, method, {moment.public_id: ranks_long_ago(moment, number) for number, moment in enumerate(shown)})
        for method in ("fair", "classic")
    )
    titles = tuple(f"Episode title {position}" for position in range(1, 7))
    series = SeriesW("the-lighthouse", (4, 2), (*moments, *extra), titles, edition=2, snapshots=snapshots)

    def ballot(progress: int, version: int, *names: str, edition: int = 1, past: tuple[str, ...] = ()) -> BallotW:
        before = (tuple(map(public_id, past)), ()) if past else ()
        return BallotW(progress, edition, version, tuple(map(public_id, names)), before)

    def fan(name: str, progress: int, *ballots: BallotW) -> FanW:
        return FanW(name, {series.slug: progress}, {series.slug: ballots} if ballots else {})

    late = ballot(6, 2, "f1", "a1", "e1", "b1", "g1", "c1", "a2", past=("a1", "f1"))
    people = (
        # The viewer's progress fell after saving: hidden entries stand between visible ones.
        fan("viewer", 3, ballot(2, 1, "a1", "b1"), late),
        fan("ada", 6, ballot(6, 1, "f1", "e1", "d1", "a1", edition=2)),
        fan("bea", 6, ballot(3, 1, "b1", "a2"), ballot(6, 2, "e2", "f1", "a2", "b1")),
        fan("cal", 5, ballot(5, 1, "e1", "a1", "d2")),
        fan("dot", 2, ballot(2, 1, "b1", "a1")),
        fan("eli", 1, ballot(1, 1)),
        fan("fay", 6, replace(ballot(6, 1, "f1", "a2", "b1"), held=("jump", 30))),
    )
    notes = {
        "viewer": (("a1", 2, "Seen early"), ("a1", 6, "Seen again, knowing how it ends"), ("f1", 6, "That ending")),
        # What was visible at first is written over, and taken back, further on.
        "ada": (("a1", 1, "The lamp"), ("a1", 5, "The lamp, and who lit it"), ("f1", 6, "At last")),
        "cal": (("a1", 3, "A hand on the rail"), ("a1", 5, "")),
        # Alike in all that is shown but the words; and one on a moment that is not in its author's list any more.
        "bea": (("a2", 2, "Two boats"), ("b1", 2, "One boat"), ("a1", 1, "Not mine any more")),
        "dot": (("b1", 2, "No boat at all"), ("a1", 2, "A boat")),
    }
    people = tuple(replace(one, notes=notes_of(series.slug, notes.get(one.name, ()))) for one in people)
    caps = {"viewer": 5, "ada": 6, "bea": 2, "cal": 0, "dot": 4}
    people = tuple(replace(one, shared={series.slug: caps[one.name]} if one.name in caps else {}) for one in people)
    # The viewer follows up to further than they are now in one series, and in the other up to nowhere.
    feeds = {"feeds": {series.slug: 5, "known-answer": 0}}
    mine = {"greeted": {series.slug: 5}, "suggestions": wishes(series.slug), "reports": complaints(series.slug)}
    theirs = SuggestionW(series.slug, "ada", 6, 6, "Their title", "Their words")
    on_names = (
        ReportW(series.slug, None, 6, "spoils", "The end of it", named="viewer"),
        ReportW(series.slug, None, 1, "unkind", "And unkind", named="bea"),
    )
    ada = replace(people[1], suggestions=(theirs,), reports=on_names)
    people = (replace(people[0], **mine, **feeds, taken="Whatever It Was"), ada, *people[2:])
    known, voters = known_answer()
    return World((series, known), (*people, *voters))


def wishes(slug: str) -> tuple[SuggestionW, ...]:
    """The viewer's suggestions, written before and after where they are now, and what became of them."""
    wishes = (
        (1, 2, "Still waiting", "waiting", None, None),
        (2, 2, "Taken", "accepted", "b1", None),
        (2, 3, "There, but further on", "merged", "f1", None),
        (3, 3, "Retired since", "accepted", "g2", None),
        (1, 3, "Not taken", "declined", None, "Only a trailer"),
        (5, 6, "From further on", "waiting", None, None),
        (1, 6, "From the beginning, by somebody who knew the end", "declined", None, "That is the end"),
    )
    return tuple(
        SuggestionW(slug, title, episode, label, title, "Because", state, became and public_id(became), reason, order)
        for order, (episode, label, title, state, became, reason) in enumerate(wishes)
    )


def complaints(slug: str) -> tuple[ReportW, ...]:
    """The viewer's reports: two that moved something, one of them with what lies ahead of them now; two on a name."""
    return (
        ReportW(slug, public_id("c1"), 3, "early", "", "open", True, 0),
        ReportW(slug, public_id("e1"), 6, "early", "", "open", True, 1),
        ReportW(slug, public_id("a1"), 2, "wrong", "It is the other lamp", "upheld", False, 2),
        ReportW(slug, public_id("a1"), 6, "wrong", "Knowing how it ends", "open", False, 3),
        ReportW(slug, None, 2, "spoils", "So I have heard", "upheld", True, 4, named="bea"),
        ReportW(slug, None, 6, "spoils", "That is what happens", "open", False, 5, named="bea"),
    )


def notes_of(slug: str, notes: Iterable[tuple[str, int, str]]) -> tuple[NoteW, ...]:
    return tuple(NoteW(slug, public_id(moment), label, text) for moment, label, text in notes)


def known_answer() -> tuple[SeriesW, tuple[FanW, ...]]:
    """Without its last moment this ranking turns round: a>b>c three times and b>c>a twice (DESIGN.md, section 4)."""
    names = {"ka": 1, "kb": 1, "kc": 2}
    moments = tuple(MomentW(public_id(name), label, f"Known {name}") for name, label in names.items())
    lists = [("ka", "kb", "kc")] * 3 + [("kb", "kc", "ka")] * 2
    voters = tuple(
        FanW(
            f"voter-{number}", {"known-answer": 2}, {"known-answer": (BallotW(2, 1, 1, tuple(map(public_id, names))),)}
        )
        for number, names in enumerate(lists)
    )
    # On the newer of two days there was nothing but what lies ahead of somebody at the first episode.
    snapshots = (
        SnapshotW(9, "fair", {public_id("ka"): (0, 2, 3), public_id("kb"): (0, 1, 1)}),
        SnapshotW(8, "fair", {public_id("kc"): (0, 0, 1)}),
    )
    return SeriesW("known-answer", (2,), moments, snapshots=snapshots), voters


def ranks_long_ago(moment: MomentW, number: int) -> tuple[int, ...]:
    """Any ranks, other ones at each horizon from the moment's own on."""
    return tuple(number * (5 + horizon) % 17 + 1 if moment.label <= horizon else 0 for horizon in range(7))


def public_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]
