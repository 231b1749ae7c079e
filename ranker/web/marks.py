"""The generated marks: an abstract picture per moment, drawn from its random public id alone: it tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

from markupsafe import Markup

Palette = tuple[str, str, str, str]

SIDE = 56

# Ground, body, light and dark: (lightness %, chroma, hue) in oklch. Mid-toned grounds sit well on paper and on ink.
_PALETTES: tuple[Palette, ...] = tuple(
    (f"oklch({a})", f"oklch({b})", f"oklch({c})", f"oklch({d})")
    for a, b, c, d in (
        ("62% .14 40", "47% .12 30", "90% .05 80", "29% .05 30"),  # ember
        ("80% .09 80", "63% .14 45", "95% .03 90", "35% .06 50"),  # wheat
        ("55% .07 200", "70% .08 190", "92% .04 95", "29% .04 220"),  # harbour
        ("47% .08 155", "67% .1 140", "92% .05 100", "27% .04 165"),  # fir
        ("44% .09 275", "63% .11 285", "90% .05 70", "25% .06 275"),  # dusk
        ("70% .08 240", "50% .11 250", "94% .03 90", "29% .07 260"),  # sky
        ("58% .13 15", "78% .09 30", "95% .03 80", "31% .08 5"),  # rose
        ("38% .05 60", "64% .12 55", "89% .07 85", "22% .03 50"),  # umber
        ("74% .07 165", "53% .08 185", "95% .03 110", "31% .05 200"),  # celadon
        ("50% .11 330", "70% .1 350", "93% .04 70", "26% .07 320"),  # plum
        ("85% .05 85", "56% .1 210", "66% .14 40", "30% .05 240"),  # poster
        ("33% .05 250", "58% .13 35", "86% .08 85", "72% .06 220"),  # night
    )
)


class Dice:
    """Small numbers from a public id: always the same ones in the same order."""

    def __init__(self, public_id: str) -> None:
        self._bits = int.from_bytes(blake2b(public_id.encode(), digest_size=32, person=b"ranker.mark").digest())

    def below(self, sides: int) -> int:
        """The next number, 0..sides-1."""
        self._bits, number = divmod(self._bits, sides)
        return number

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def coin(self) -> bool:
        return self.below(2) == 1


@lru_cache(maxsize=4096)
def mark(public_id: str, size: int = SIDE) -> Markup:
    """An SVG of `size` pixels for the moment with this public id; hidden from screen readers, for it means nothing."""
    dice = Dice(public_id)
    palette = _PALETTES[dice.below(len(_PALETTES))]
    composition = _COMPOSITIONS[dice.below(len(_COMPOSITIONS))]
    turn = f"rotate({dice.below(4) * 90} 28 28)"
    if composition in _UPRIGHT:
        turn = "matrix(-1 0 0 1 56 0)" if dice.coin() else "translate(0)"
    ground = f'<path fill="{palette[0]}" d="M0 0h{SIDE}v{SIDE}H0z"/>'
    return Markup(
        f'<svg class="mark" width="{size}" height="{size}" viewBox="0 0 {SIDE} {SIDE}" aria-hidden="true">{ground}'
        f'<g transform="{turn}">{composition(dice, palette)}</g></svg>'
    )


def _disc(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def _shape(path: str, fill: str) -> str:
    return f'<path d="{path}" fill="{fill}"/>'


def _horizon(dice: Dice, palette: Palette) -> str:
    """A sun over two lands."""
    _, body, light, dark = palette
    line = dice.between(28, 38)
    sun = _disc(dice.between(14, 42), line - dice.between(-2, 10), dice.between(9, 14), light)
    slope = dice.between(-8, 8)
    return sun + _shape(f"M0 {line - slope}L56 {line + slope}V56H0z", body) + _shape(f"M0 {line + 12}H56V56H0z", dark)


def _ripples(dice: Dice, palette: Palette) -> str:
    """Rings about a corner."""
    _, body, light, dark = palette
    step = dice.between(10, 13)
    fills = (dark, body, light, body) if dice.coin() else (body, light, dark, light)
    return "".join(_disc(0, 56, step * (4 - ring), fill) for ring, fill in enumerate(fills))


def _arches(dice: Dice, palette: Palette) -> str:
    """A door within a door."""
    _, body, light, dark = palette
    middle = dice.between(22, 34)
    radii = ((20, body), (13, light), (6.5, dark)) if dice.coin() else ((20, dark), (13, body), (6.5, light))
    top = dice.between(26, 32)
    return "".join(_shape(f"M{middle - r:g} 56V{top}a{r:g} {r:g} 0 0 1 {2 * r:g} 0V56z", fill) for r, fill in radii)


def _beam(dice: Dice, palette: Palette) -> str:
    """A projector's light and what it falls on."""
    _, body, light, dark = palette
    y = dice.between(10, 24)
    lit = _shape(f"M6 {y}L56 {y - 16}V{y + dice.between(24, 34)}z", light)
    return _shape("M0 42H56V56H0z", dark) + lit + _disc(6, y, 6, dark) + _disc(dice.between(36, 46), y + 6, 8, body)


def _quarters(dice: Dice, palette: Palette) -> str:
    """Four tiles, each a quarter disc turned some way."""
    fills = palette[1:]
    corners = (
        "M0 0h28a28 28 0 0 1-28 28z",
        "M28 0v28a28 28 0 0 1-28-28z",
        "M28 28h-28a28 28 0 0 1 28-28z",
        "M0 28v-28a28 28 0 0 1 28 28z",
    )
    first = dice.below(3)
    tiles = (
        f'<g transform="translate({x} {y})">{_shape(corners[dice.below(4)], fills[(first + index) % 3])}</g>'
        for index, (x, y) in enumerate(((0, 0), (28, 0), (0, 28), (28, 28)))
    )
    return "".join(tiles)


def _eclipse(dice: Dice, palette: Palette) -> str:
    """A disc before a disc, and a line that holds them."""
    _, body, light, dark = palette
    shift = dice.between(7, 13)
    line = _shape(f"M0 {dice.between(38, 44)}h56v4H0z", dark)
    return line + _disc(28 - shift / 2, 26, 16, light) + _disc(28 + shift / 2, 26, dice.between(12, 16), body)


def _stairs(dice: Dice, palette: Palette) -> str:
    """Steps to a light."""
    _, body, light, dark = palette
    count = dice.between(3, 5)
    tread, rise = SIDE / count, dice.between(30, 40) / count
    steps = "".join(f"V{SIDE - rise * (step + 1):.1f}H{tread * (step + 1):.1f}" for step in range(count))
    under = "".join(f"V{SIDE - rise * step:.1f}H{tread * (step + 1):.1f}" for step in range(count))
    lamp = _disc(dice.between(12, 22), dice.between(12, 18), dice.between(6, 9), light)
    return lamp + _shape(f"M0 56{steps}V56z", body) + _shape(f"M0 56{under}V56z", dark)


def _blades(dice: Dice, palette: Palette) -> str:
    """Slanted bands and one disc."""
    _, body, light, dark = palette
    lean = dice.between(10, 26)
    left = dice.between(-10, 4)
    bands = ((left, 11, body), (left + 19, 7, dark), (left + 34, 11, body))
    drawn = "".join(_shape(f"M{x} 56L{x + lean} 0h{width}L{x + width} 56z", fill) for x, width, fill in bands)
    return drawn + _disc(dice.between(18, 38), dice.between(18, 38), dice.between(8, 12), light)


def _leaves(dice: Dice, palette: Palette) -> str:
    """A stem of lenses."""
    _, body, light, dark = palette
    fills = (light, body) if dice.coin() else (body, light)
    pairs = "".join(
        _shape(f"M28 {y + 15}C12 {y + 14} 9 {y + 6} 8 {y - 3}C20 {y - 3} 27 {y + 4} 28 {y + 15}z", fills[0])
        + _shape(f"M28 {y + 15}C44 {y + 14} 47 {y + 6} 48 {y - 3}C36 {y - 3} 29 {y + 4} 28 {y + 15}z", fills[1])
        for y in (6, 22, 38)
    )
    return _shape("M26.8 0h2.4v56h-2.4z", dark) + pairs


def _windows(dice: Dice, palette: Palette) -> str:
    """A house front at night, some windows lit."""
    _, body, light, dark = palette
    lit = dice.below(512) | 1 << dice.below(9)
    panes = (
        f'<rect x="{9 + 14 * (index % 3)}" y="{9 + 14 * (index // 3)}" width="10" height="10" '
        f'rx="{1 if index % 2 else 5}" fill="{light if lit >> index & 1 else body}"/>'
        for index in range(9)
    )
    return _shape("M4 4h48v48H4z", dark) + "".join(panes)


def _waves(dice: Dice, palette: Palette) -> str:
    """Three swells under a moon."""
    _, body, light, dark = palette
    crest = dice.between(5, 10)
    swells = "".join(
        _shape(f"M-{shift} {y}q14-{crest * 2} 28 0t28 0t28 0V56H-{shift}z", fill)
        for y, shift, fill in ((26, dice.below(20), body), (37, dice.below(20), light), (47, dice.below(20), dark))
    )
    return _disc(dice.between(12, 44), dice.between(10, 14), dice.between(5, 8), light) + swells


def _peaks(dice: Dice, palette: Palette) -> str:
    """Mountains, one with snow."""
    _, body, light, dark = palette
    x, y = dice.between(16, 26), dice.between(12, 18)
    near = dice.between(36, 46)
    far = _shape(f"M{x - 34} 56L{x} {y}L{x + 34} 56z", body)
    snow = _shape(f"M{x} {y}L{x + 9} {y + 12}L{x + 3} {y + 9}L{x - 2} {y + 13}L{x - 9} {y + 12}z", light)
    return far + snow + _shape(f"M{near - 30} 56L{near} {y + 16}L{near + 30} 56z", dark)


_COMPOSITIONS: tuple[Callable[[Dice, Palette], str], ...] = (
    _horizon,
    _ripples,
    _arches,
    _beam,
    _quarters,
    _eclipse,
    _stairs,
    _blades,
    _leaves,
    _windows,
    _waves,
    _peaks,
)

# Pictures with an above and a below are only mirrored, never turned.
_UPRIGHT = frozenset({_horizon, _beam, _stairs, _windows, _waves, _peaks})
