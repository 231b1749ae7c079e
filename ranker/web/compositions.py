"""What marks are composed of: each composition draws on a ground of 56 units, by numbers from dice, in four colours."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

Palette = tuple[str, str, str, str]  # ground, body, light and dark

SIDE = 56


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


def _rays(dice: Dice, palette: Palette) -> str:
    """A light that rises, and what it sends out."""
    _, body, light, dark = palette
    x, y = dice.between(20, 36), dice.between(40, 48)
    rays = "".join(
        f'<g transform="rotate({angle} {x} {y})">{_shape(f"M{x} {y}L{x - 7} -44H{x + 7}z", fill)}</g>'
        for angle, fill in zip(range(-84, 85, 28), (body, light) * 4, strict=False)
    )
    return rays + _disc(x, y, dice.between(9, 13), light) + _shape(f"M0 {y}H56V56H0z", dark)


def _night(dice: Dice, palette: Palette) -> str:
    """A crescent and stars over a hill."""
    ground, body, light, dark = palette
    x, y, radius = dice.between(18, 36), dice.between(16, 22), dice.between(10, 13)
    moon = _disc(x, y, radius, light) + _disc(x + radius * 0.55, y - radius * 0.3, radius * 0.85, ground)
    stars = "".join(_disc(6 + dice.below(45), 5 + dice.below(26), 1.4 + dice.below(2), light) for _ in range(4))
    hill = dice.between(10, 46)
    return stars + moon + _disc(hill, 76, 36, body) + _disc(56 - hill, 84, 36, dark)


def _skyline(dice: Dice, palette: Palette) -> str:
    """Houses before a sun."""
    _, body, light, dark = palette
    sun = _disc(dice.between(16, 40), dice.between(18, 24), dice.between(11, 15), light)
    far = "".join(_shape(f"M{x} 56V{dice.between(22, 40)}h10V56z", body) for x in (3, 19, 31, 44))
    near = "".join(_shape(f"M{x} 56V{dice.between(34, 48)}h12V56z", dark) for x in (-2, 10, 25, 37, 49))
    return sun + far + near


def _road(dice: Dice, palette: Palette) -> str:
    """A road to where the sky begins."""
    _, body, light, dark = palette
    x, y = dice.between(20, 36), dice.between(22, 30)
    land = _shape(f"M0 {y}H56V56H0z", body) + _shape(f"M{x} {y}L{x + 26} 56H{x - 26}z", dark)
    line = _shape(f"M{x} {y + 4}L{x + 3.2:g} 56H{x - 3.2:g}z", light)
    return _disc(56 - x + dice.between(-8, 8), y - 4, dice.between(7, 10), light) + land + line


def _rings(dice: Dice, palette: Palette) -> str:
    """Rings about a point, each a little aside."""
    _, body, light, dark = palette
    fills = (dark, light, body, light) if dice.coin() else (body, dark, light, dark)
    lean = dice.between(-2, 3)
    return "".join(_disc(28 + lean * ring, 28, 25 - 6.5 * ring, fill) for ring, fill in enumerate(fills))


def _diamonds(dice: Dice, palette: Palette) -> str:
    """A chequered floor."""
    fills = palette[1:]
    first, step = dice.below(3), dice.between(1, 2)
    return "".join(
        _shape(f"M{x} {y - 13}L{x + 13} {y}L{x} {y + 13}L{x - 13} {y}z", fills[(first + index * step + index // 3) % 3])
        for index, (x, y) in enumerate((x, y) for y in (0, 28, 56) for x in (0, 28, 56))
    ) + "".join(_disc(x, y, 4, fills[(first + 1) % 3]) for x in (14, 42) for y in (14, 42))


def _petals(dice: Dice, palette: Palette) -> str:
    """A flower from above."""
    _, body, light, dark = palette
    count, length = dice.between(5, 8), dice.between(22, 26)
    petal = f"M28 28C{20 - count % 2} 20 21 {28 - length} 28 {28 - length}C35 {28 - length} {36 + count % 2} 20 28 28z"
    turns = (
        f'<g transform="rotate({360 * index / count:.1f} 28 28)">{_shape(petal, body if index % 2 else light)}</g>'
        for index in range(count)
    )
    return "".join(turns) + _disc(28, 28, dice.between(5, 8), dark)


def _sails(dice: Dice, palette: Palette) -> str:
    """A boat on calm water."""
    _, body, light, dark = palette
    x, y = dice.between(22, 34), dice.between(36, 42)
    top = y - dice.between(26, 32)
    sails = _shape(f"M{x - 1} {top}V{y - 3}H{x - 17}z", light) + _shape(
        f"M{x + 2} {top + 7}L{x + 15} {y - 3}H{x + 2}z", body
    )
    hull = _shape(f"M{x - 19} {y}H{x + 18}L{x + 11} {y + 8}H{x - 12}z", dark)
    return sails + hull + _shape(f"M0 {y + 7}H56V56H0z", body)


COMPOSITIONS: tuple[Callable[[Dice, Palette], str], ...] = (
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
    _rays,
    _night,
    _skyline,
    _road,
    _rings,
    _diamonds,
    _petals,
    _sails,
)

# Pictures with an above and a below are only mirrored, never turned.
UPRIGHT = frozenset({_horizon, _beam, _stairs, _windows, _waves, _peaks, _rays, _night, _skyline, _road, _sails})
