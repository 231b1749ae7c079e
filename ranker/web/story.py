"""How the story changes the ranking: a bump chart up to where the viewer stands, with its numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from ranker.domain.clearance import Method
from ranker.domain.paths import Path, Paths
from ranker.web.bump import chart_of
from ranker.web.lens import Lens, asked_lens, looking_gate
from ranker.web.viewers import gate_to

LEADING = 10
CHOSEN = 10

blueprint = Blueprint("story", __name__, url_prefix="/series/<slug>/story")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which moments the reader has chosen, the best of now first, and the addresses of other choices."""

    lens: Lens
    chosen: tuple[str, ...]

    @property
    def kept(self) -> list[tuple[str, object]]:
        """What a form of this page carries on."""
        asked = {**self.lens.narrowed, **_named(self.lens.method)}
        return [*asked.items(), *(("moment", id) for id in self.chosen)]

    def toggled(self, public_id: str) -> str:
        """The address of the page with this moment chosen too, or not any more if it was."""
        others = tuple(id for id in self.chosen if id != public_id)
        return self._with(self.lens.method, others if public_id in self.chosen else (public_id, *others))

    def counted(self, method: str) -> str:
        return self._with(Method(method), self.chosen)

    def none(self) -> str:
        return self._with(self.lens.method, ())

    def _with(self, method: Method, chosen: Sequence[str]) -> str:
        return self.lens.to("/story", **_named(method), moment=chosen)


def _named(method: Method) -> dict[str, object]:
    return {"method": method.value} if method is not Method.FAIR else {}


@blueprint.get("")
def show(slug: str) -> str:
    gate = gate_to(slug)
    lens = asked_lens(gate)
    paths = looking_gate(gate, lens).paths(lens.method)
    asked = set(request.args.getlist("moment"))
    chosen = [path for path in paths.paths if path.now and path.moment.public_id in asked][:CHOSEN]
    shown = shown_with(paths, chosen)
    return render_template(
        "story/show.html",
        rail=gate.rail,
        lens=lens,
        paths=paths,
        shown=shown,
        chart=chart_of(paths, shown) if shown else None,
        choice=Choice(lens, tuple(path.moment.public_id for path in chosen)),
        lit=None if chosen or not shown else max(shown, key=span).moment.public_id,
    )


def span(path: Path) -> int:
    """How many ranks lie between its best and its worst."""
    ranks = [rank for rank in path.ranks if rank]
    return max(ranks) - min(ranks)


def shown_with(paths: Paths, chosen: Sequence[Path]) -> tuple[Path, ...]:
    """Those that lead now and those that are chosen, in the order of the ranking."""
    leading = [path for path in paths.paths if path.now][:LEADING]
    return tuple(path for path in paths.paths if path in leading or path in chosen)
