"""The part of the gate that reads a file of watched episodes against the series there are, as far as anybody may know.

Episodes are told by their codes, which everybody may see; nothing of what happens in them is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ranker.domain.bringing import title_key
from ranker.domain.clearance import NOTHING_WATCHED
from ranker.domain.watched import Headway, WatchedHere, WatchedShow, reach_of, same_year
from ranker.gate import Gate
from ranker.gate.stands import Stand, every_stand
from ranker.gate.viewer import Viewer
from ranker.tallies import Tallies


def watched_here(viewer: Viewer, tallies: Tallies, shows: Sequence[WatchedShow]) -> WatchedHere:
    """Each series here that the file has a show of, by title, and how far the file goes in it."""
    stands = every_stand(viewer)
    named: dict[str, list[int]] = defaultdict(list)
    for index, (state, _) in enumerate(stands):
        named[title_key(state.card.title)].append(index)
    claims: dict[int, list[WatchedShow]] = defaultdict(list)
    unclear: set[int] = set()
    elsewhere = 0
    for show in shows:
        found = [i for i in named.get(title_key(show.title), ()) if same_year(show.year, stands[i][0].card.year)]
        elsewhere += not found
        unclear.update(found if len(found) > 1 else ())
        for index in found:
            claims[index].append(show)
    unclear |= {index for index, claimed in claims.items() if len(claimed) > 1}
    rows = (_headway(viewer, tallies, stands[index], claims[index], index in unclear) for index in sorted(claims))
    return WatchedHere(tuple(rows), elsewhere)


def _headway(viewer: Viewer, tallies: Tallies, stand: Stand, shows: Sequence[WatchedShow], unclear: bool) -> Headway:
    state, clearance = stand
    gate = Gate(viewer, state, clearance, tallies)
    here = gate.rail.here
    if unclear:
        return Headway(state.card, here, None, unclear=True)
    reach = reach_of(gate.codes, shows[0].episodes)
    there = gate.codes[reach.position] if reach.position != NOTHING_WATCHED else None
    return Headway(state.card, here, there, reach.gap, reach.later, state.numbering)
