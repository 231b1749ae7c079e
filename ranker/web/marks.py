"""The generated marks: an abstract picture per moment, drawn from its random public id alone: it tells nothing.

There are about a thousand kinds, and each is drawn a little otherwise each time.
"""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from ranker.web.compositions import COMPOSITIONS, SIDE, UPRIGHT, Dice, Palette

# Ground, light and dark, and the bodies that go with them: (lightness %, chroma, hue) in oklch. Mid-toned grounds sit
# well on paper and on ink; a body is far from its ground in lightness or in hue.
_GROUNDS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("62% .14 40", "90% .05 80", "29% .05 30", ("47% .12 30", "78% .11 85", "40% .07 215", "82% .06 60")),  # ember
    ("80% .09 80", "95% .03 90", "35% .06 50", ("63% .14 45", "55% .08 195", "47% .1 330", "56% .09 145")),  # wheat
    ("55% .07 200", "92% .04 95", "29% .04 220", ("70% .08 190", "70% .13 55", "38% .07 260", "79% .09 90")),  # harbour
    ("47% .08 155", "92% .05 100", "27% .04 165", ("67% .1 140", "72% .12 70", "62% .13 30", "72% .06 210")),  # fir
    ("44% .09 275", "90% .05 70", "25% .06 275", ("63% .11 285", "70% .12 50", "66% .09 200", "70% .1 355")),  # dusk
    ("70% .08 240", "94% .03 90", "29% .07 260", ("50% .11 250", "62% .14 40", "50% .09 160", "84% .09 90")),  # sky
    ("58% .13 15", "95% .03 80", "31% .08 5", ("78% .09 30", "42% .09 280", "74% .08 170", "80% .1 85")),  # rose
    ("38% .05 60", "89% .07 85", "22% .03 50", ("64% .12 55", "60% .08 190", "58% .13 20", "72% .1 95")),  # umber
    (
        "74% .07 165",
        "95% .03 110",
        "31% .05 200",
        ("53% .08 185", "60% .14 35", "48% .09 290", "86% .09 90"),
    ),  # celadon
    ("50% .11 330", "93% .04 70", "26% .07 320", ("70% .1 350", "75% .11 75", "66% .08 205", "38% .09 275")),  # plum
    ("85% .05 85", "66% .14 40", "30% .05 240", ("56% .1 210", "48% .12 15", "52% .09 150", "50% .11 320")),  # poster
    ("33% .05 250", "86% .08 85", "72% .06 220", ("58% .13 35", "58% .09 190", "62% .11 95", "60% .11 345")),  # night
)


@lru_cache(maxsize=4096)
def mark(public_id: str, size: int = SIDE) -> Markup:
    """An SVG of `size` pixels for the moment with this public id; hidden from screen readers, for it means nothing."""
    dice = Dice(public_id)
    palette = _palette(dice)
    composition = COMPOSITIONS[dice.below(len(COMPOSITIONS))]
    turn = f"rotate({dice.below(4) * 90} 28 28)"
    if composition in UPRIGHT:
        turn = "matrix(-1 0 0 1 56 0)" if dice.coin() else "translate(0)"
    ground = f'<path fill="{palette[0]}" d="M0 0h{SIDE}v{SIDE}H0z"/>'
    return Markup(
        f'<svg class="mark" width="{size}" height="{size}" viewBox="0 0 {SIDE} {SIDE}" aria-hidden="true">{ground}'
        f'<g transform="{turn}">{composition(dice, palette)}</g></svg>'
    )


def _palette(dice: Dice) -> Palette:
    """Ground, body, light and dark."""
    ground, light, dark, bodies = _GROUNDS[dice.below(len(_GROUNDS))]
    body = bodies[dice.below(len(bodies))]
    return f"oklch({ground})", f"oklch({body})", f"oklch({light})", f"oklch({dark})"
