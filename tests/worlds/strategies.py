"""Worlds to try: small, so that they shrink well, and odd wherever a site like this could trip."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.worlds.world import (
    PROPOSED,
    PUBLISHED,
    RETIRED,
    VIEWER,
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

__all__ = ["VIEWER", "worlds"]

ODD_TEXTS = (
    "A plain title",
    "<b>bold</b> & \"quoted\" 'twice'",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "שלום, עולם",
    "\u202edesrever\u202c",
    "👩‍🚀 🎬 ending",
    "지금 우리 학교는",
    "%00 ../../etc ' OR 1=1 --",
    "x" * 120,
)
HOLDS = (("admin", None), ("disabled", None), ("alike", None), ("account", -1), ("history", 1), ("jump", 30))
ON_NAMES = (("open", False), ("upheld", True), ("dismissed", False))
REPORTED = (("open", True), ("open", False), ("reverted", True), ("upheld", True))

holds = st.sampled_from([None] * 4 + [*HOLDS])
texts = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12
).filter(str.strip)


@st.composite
def worlds(draw: DrawFn) -> World:
    """One to two series, up to five fans beside the viewer, and ballots as their owners could have saved them."""
    number = draw(st.integers(1, 2))
    series = tuple(draw(some_series(f"series-{index}")) for index in range(number))
    names = [VIEWER, *(f"fan-{index}" for index in range(draw(st.integers(0, 5))))]
    return World(series, tuple(draw(fans(name, series)) for name in names))


@st.composite
def some_series(draw: DrawFn, slug: str) -> SeriesW:
    seasons = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    episodes = sum(seasons)
    editions = draw(st.integers(1, 3))
    labels = draw(st.lists(st.integers(1, episodes), max_size=9))
    moments = tuple(draw(some_moment(slug, index, label, editions)) for index, label in enumerate(labels))
    moments = tuple(draw(perhaps_merged(moment, moments)) for moment in moments)
    titles = tuple(draw(st.lists(st.none() | texts, max_size=episodes)))
    size = draw(st.sampled_from([10, 10, 3, 2]))
    return SeriesW(slug, seasons, moments, titles, editions, draw(snapshots(moments, episodes)), size)


@st.composite
def snapshots(draw: DrawFn, moments: tuple[MomentW, ...], episodes: int) -> tuple[SnapshotW, ...]:
    """Standings of some days, of the moments that were published then, when there were perhaps fewer episodes."""
    drawn = {}
    for days_ago, method in draw(
        st.sets(st.tuples(st.integers(1, 20), st.sampled_from(["fair", "classic"])), max_size=2)
    ):
        aired = draw(st.integers(1, episodes))
        there = [one for one in moments if one.label <= aired and draw(st.booleans())]
        ranks = {
            one.public_id: tuple(draw(st.integers(1, 9)) if one.label <= horizon else 0 for horizon in range(aired + 1))
            for one in there
        }
        drawn[days_ago, method] = SnapshotW(days_ago, method, ranks)
    return tuple(drawn.values())


@st.composite
def some_moment(draw: DrawFn, slug: str, index: int, label: int, editions: int) -> MomentW:
    status = draw(st.sampled_from([PUBLISHED] * 6 + [RETIRED, PROPOSED]))
    # The ids of a world are random-looking, and in no order that says anything.
    public_id = f"{(index * 7919 + len(slug) * 104729 + hash_of(slug)) % 16**12:012x}"[::-1]
    edition = None if status == PROPOSED else draw(st.integers(1, editions))
    teaser = draw(st.none() | st.sampled_from(["A teaser", "Another <i>teaser</i>"]))
    picture = draw(st.none() | st.sampled_from(["A picture", 'Another "picture"']))
    settled = draw(st.booleans())
    return MomentW(
        public_id, label, draw(texts), draw(texts), teaser, status, edition, picture=picture, settled=settled
    )


@st.composite
def perhaps_merged(draw: DrawFn, moment: MomentW, moments: tuple[MomentW, ...]) -> MomentW:
    """A retired moment may have been merged into any other."""
    others = [other.public_id for other in moments if other is not moment]
    if moment.status != RETIRED or not others:
        return moment
    return replace(moment, merged_into=draw(st.none() | st.sampled_from(others)))


def hash_of(slug: str) -> int:
    return int.from_bytes(slug.encode(), "big") % 999_983


@st.composite
def fans(draw: DrawFn, name: str, series: tuple[SeriesW, ...]) -> FanW:
    progress = {one.slug: draw(st.integers(0, one.episodes)) for one in series}
    ballots = {}
    for one in series:
        saved = draw(st.lists(st.tuples(st.integers(0, one.episodes), st.integers(1, one.edition)), max_size=2))
        rows = dict(saved)
        if rows:
            ballots[one.slug] = tuple(
                BallotW(
                    reached,
                    edition,
                    version,
                    draw(orders(one, reached, edition)),
                    tuple(draw(st.lists(orders(one, reached, edition), max_size=2))),
                    draw(holds),
                )
                for version, (reached, edition) in enumerate(rows.items(), 1)
            )
    greeted = {one.slug: draw(st.integers(0, one.episodes)) for one in series}
    shared = {one.slug: draw(st.integers(0, one.episodes)) for one in series if draw(st.booleans())}
    feeds = {one.slug: draw(st.integers(0, one.episodes)) for one in series if draw(st.booleans())}
    said = draw(suggestions(name, series)), draw(reports(series))
    return FanW(name, progress, ballots, greeted, draw(notes(series)), shared, feeds, *said, draw(st.booleans()))


@st.composite
def suggestions(draw: DrawFn, name: str, series: tuple[SeriesW, ...]) -> tuple[SuggestionW, ...]:
    """Suggestions at any progress, and what became of each: of some a moment, anywhere in the story."""
    made = []
    for one in series:
        moments = [moment.public_id for moment in one.moments]
        for number in range(draw(st.integers(0, 2))):
            label = draw(st.integers(1, one.episodes))
            state = draw(st.sampled_from(["waiting", "declined", *(["accepted", "merged"] if moments else [])]))
            became = draw(st.sampled_from(moments)) if state in ("accepted", "merged") else None
            reason = draw(texts) if state == "declined" else None
            episode = draw(st.integers(1, label))
            said = draw(texts), draw(texts), state, became, reason
            made.append(SuggestionW(one.slug, f"{name} {number}", episode, label, *said, order=number))
    return tuple(made)


@st.composite
def reports(draw: DrawFn, series: tuple[SeriesW, ...]) -> tuple[ReportW, ...]:
    """Reports on moments of which their authors had seen more than the episode; some have moved one. And on a name."""
    made = []
    for one in series:
        for moment in one.moments:
            if draw(st.integers(0, 3)) == 0:
                label = draw(st.integers(moment.label, one.episodes))
                kind = draw(st.sampled_from(["early", "wrong"]))
                state, applied = draw(st.sampled_from(REPORTED)) if kind == "early" else ("open", False)
                said = label, kind, draw(texts), state, applied
                made.append(ReportW(one.slug, moment.public_id, *said, order=len(made)))
        if draw(st.integers(0, 3)) == 0:
            said_of_it = draw(st.integers(0, one.episodes)), "spoils", draw(texts), *draw(st.sampled_from(ON_NAMES))
            made.append(ReportW(one.slug, None, *said_of_it, order=len(made), named=VIEWER))
    return tuple(made)


@st.composite
def notes(draw: DrawFn, series: tuple[SeriesW, ...]) -> tuple[NoteW, ...]:
    """Notes on moments, each written at or after its moment's episode; several on one moment at different progress."""
    written = {}
    for one in series:
        for moment in one.moments:
            for label in draw(st.lists(st.integers(moment.label, one.episodes), unique=True, max_size=2)):
                said = draw(texts), draw(st.integers(0, 4)) == 0
                written[moment.public_id, label] = NoteW(one.slug, moment.public_id, label, *said)
    return tuple(written.values())


def orders(series: SeriesW, progress: int, edition: int) -> SearchStrategy[tuple[str, ...]]:
    """Any list a fan at this progress could have saved in this edition."""
    offered = [
        moment.public_id
        for moment in series.moments
        if moment.edition is not None and moment.edition <= edition and moment.label <= progress
    ]
    if not offered:
        return st.just(())
    return st.lists(st.sampled_from(offered), unique=True, max_size=series.ballot_size).map(tuple)
