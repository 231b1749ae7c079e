"""Duels: any two moments one against one, the matrix of them all, and whether one beats every other.

All but the pair that is compared is rendered once for everybody who looks from the same place.
"""

from __future__ import annotations

from dataclasses import dataclass
from sys import getsizeof

from flask import Blueprint, Flask, current_app, render_template, request
from markupsafe import Markup

from ranker.domain.clearance import Method
from ranker.domain.values import VisibleMoment
from ranker.gate import Gate
from ranker.gate.duels import LARGEST_WHOLE, PART, WHOLE
from ranker.kept import Kept
from ranker.web.languages import language
from ranker.web.lens import Lens, asked_lens, looking_gate
from ranker.web.pages import MEBIBYTE, rendered_for_all
from ranker.web.requests import whole_number
from ranker.web.viewers import gate_to

BOARDS_ROOM = 16 * MEBIBYTE
RECORDS_ROOM = 8 * MEBIBYTE

blueprint = Blueprint("duels", __name__, url_prefix="/series/<slug>/duels")


@dataclass(frozen=True, slots=True)
class RenderedBoard:
    """A part of the matrix, and what does not depend on the part: the moments to choose from, and who beats them all.

    part, parts and total are those of `Board`; `leading` are the first two moments.
    """

    part: int
    parts: int
    total: int
    leading: tuple[VisibleMoment, ...]
    choices: Markup
    verdict: Markup | None
    matrix: Markup

    @property
    def size(self) -> int:
        return getsizeof(self.choices) + getsizeof(self.matrix)


def attach(app: Flask) -> None:
    app.extensions["rendered_boards"] = Kept[RenderedBoard](BOARDS_ROOM, lambda board: board.size)
    app.extensions["rendered_records"] = Kept[Markup](RECORDS_ROOM, getsizeof)


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    lens = asked_lens(gate)
    looked_from = looking_gate(gate, lens)
    board = rendered_board(looked_from, lens, asked_part())
    one, other = asked_pair(looked_from, board)
    return render_template(
        "duels/show.html",
        rail=gate.rail,
        lens=lens,
        board=board,
        one=one,
        other=other,
        against=rendered_record(looked_from, lens, one) if one else None,
        meeting=looked_from.duels.between(one, other) if one and other else None,
        part_size=PART,
        largest_whole=LARGEST_WHOLE,
    )


def asked_part() -> int | None:
    part = request.args.get("part")
    return WHOLE if part == "all" else whole_number(part) or None


def asked_pair(gate: Gate, board: RenderedBoard) -> tuple[VisibleMoment | None, ...]:
    """The moments the address names, as far as they can be seen; the first two of all when it names neither."""
    asked = gate.duels.named(request.args.get("a", ""), request.args.get("b", ""))
    return asked if any(asked) or len(board.leading) < 2 else board.leading


def rendered_record(gate: Gate, lens: Lens, one: VisibleMoment) -> Markup:
    """One moment against each other one."""
    kept: Kept[Markup] = current_app.extensions["rendered_records"]
    key = language(), gate.ranking_key(Method.FAIR), tuple(lens.narrowed.items()), one
    return kept.of(key, lambda: render_record(gate, lens, one))


def render_record(gate: Gate, lens: Lens, one: VisibleMoment) -> Markup:
    record = gate.duels.record(one.public_id)
    return rendered_for_all("duels/_one_by_one.html", lens=lens, moment=one, record=record)


def rendered_board(gate: Gate, lens: Lens, part: int | None) -> RenderedBoard:
    kept: Kept[RenderedBoard] = current_app.extensions["rendered_boards"]
    key = language(), gate.ranking_key(Method.FAIR), tuple(lens.narrowed.items()), part
    return kept.of(key, lambda: render_board(gate, lens, part))


def render_board(gate: Gate, lens: Lens, part: int | None) -> RenderedBoard:
    moments, verdict, board = gate.duels.moments, gate.duels.verdict(), gate.duels.board(part)
    words = rendered_for_all("duels/_verdict.html", lens=lens, verdict=verdict, total=board.total) if verdict else None
    return RenderedBoard(
        board.part,
        board.parts,
        board.total,
        moments[:2],
        rendered_for_all("duels/_choices.html", moments=moments),
        words,
        rendered_for_all("duels/_matrix.html", lens=lens, board=board),
    )
