"""How somebody looks at a ranking, as the address of the page says, and the addresses of other ways to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request

from ranker.domain.clearance import Method, View
from ranker.gate import Gate
from ranker.web.requests import asked_method, asked_words, whole_number


@dataclass(frozen=True, slots=True)
class Lens:
    """One way to look at the ranking of a series.

    position, own: where the viewer stands, and the view they chose. as_of: the episode they look back to, None for
    now. sealed: whether this address seals what they would see masked. words, season: what they want to find.
    """

    slug: str
    position: int
    own: View
    method: Method = Method.FAIR
    as_of: int | None = None
    sealed: bool = False
    words: str = ""
    season: int | None = None

    @property
    def looks_from(self) -> int:
        return self.position if self.as_of is None else self.as_of

    @property
    def stand(self) -> str:
        """What a page is made for; when it is another, the whole page has to be made anew."""
        return f"{self.position}-{self.own}"

    @property
    def query(self) -> Mapping[str, object]:
        """What an address says of it; what goes without saying is left out."""
        asked = {
            "method": self.method if self.method != Method.FAIR else None,
            "as_of": self.as_of,
            "view": View.SEALED if self.sealed else None,
            "q": self.words or None,
            "season": self.season,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def at(self, **changes: object) -> str:
        """The address of the same look with these changes."""
        query = replace(self, **changes).query  # type: ignore[arg-type]
        return f"/series/{self.slug}" + (f"?{urlencode(query)}" if query else "")

    @property
    def narrowed(self) -> Mapping[str, object]:
        """What an address says of where it looks from; nothing for the viewer's own view."""
        return {name: value for name, value in self.query.items() if name in ("as_of", "view")}

    def to(self, path: str = "", **query: object) -> str:
        """The address of another page of the series, looked at from the same place; lists say a name several times."""
        asked = urlencode({**self.narrowed, **query}, doseq=True)
        return f"/series/{self.slug}{path}" + (f"?{asked}" if asked else "")

    @property
    def live(self) -> str:
        """The address of the rows alone, for a page that stands where this look does."""
        return f"/series/{self.slug}/standings?{urlencode({**self.anywhere().query, 'at': self.stand})}"

    def anywhere(self) -> Lens:
        """The same look at the whole ranking."""
        return replace(self, words="", season=None)

    def back_to(self, position: int) -> str | None:
        """The address of the same look from another episode; None where there is nothing to look back to."""
        if not 0 < position <= self.position:
            return None
        return self.at(as_of=position if position < self.position else None)

    def within(self, seasons: Sequence[int]) -> Lens:
        """The same look, asking for no season that the ranking has not."""
        return self if self.season in seasons else replace(self, season=None)


def asked_lens(gate: Gate) -> Lens:
    """What this request asks for. It may ask for less than the viewer could see, never for more."""
    as_of = whole_number(request.args.get("as_of"))
    position = gate.clearance.position
    return Lens(
        slug=gate.series.slug,
        position=position,
        own=gate.viewer.view,
        method=asked_method(),
        as_of=as_of if as_of is not None and as_of < position else None,
        sealed=request.args.get("view") == View.SEALED and not gate.sealed,
        words=asked_words(),
        season=whole_number(request.args.get("season")),
    )


def looking_gate(gate: Gate, lens: Lens) -> Gate:
    """The gate this look goes through: the viewer's own, or one that is sealed at their position or before it."""
    if lens.as_of is not None or lens.sealed:
        return gate.sealed_at(lens.looks_from)
    return gate
