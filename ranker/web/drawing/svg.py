"""A picture as SVG. Its letters stay letters; a line keeps the width it was measured at, whatever font draws it."""

from __future__ import annotations

import re

from markupsafe import Markup

from ranker.web.drawing.colours import with_plain_colours
from ranker.web.drawing.png import CORNERS
from ranker.web.drawing.values import Block, Mark, Picture, Shape, Words

FRAME = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img"'
    ' aria-label="{2}"><title>{2}</title><rect width="{0}" height="{1}" fill="{3}"/>{4}</svg>\n'
)
LINE = Markup(
    '<text x="{:g}" y="{:g}" font-family="{}" font-style="{}" font-weight="{}" font-size="{}" fill="{}"'
    ' textLength="{:g}" lengthAdjust="spacingAndGlyphs">{}</text>'
)
BLOCK = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}"/>')
MARK = Markup(
    '<svg x="{0}" y="{1}" width="{2}" height="{2}" viewBox="0 0 56 56"><clipPath id="{3}">'
    '<rect width="56" height="56" rx="{4}"/></clipPath><g clip-path="url(#{3})">{5}</g></svg>'
)


def svg_of(picture: Picture) -> str:
    shapes = Markup("").join(_shape(number, shape) for number, shape in enumerate(picture.shapes))
    return FRAME.format(picture.width, picture.height, picture.says, picture.ground, shapes)


def _shape(number: int, shape: Shape) -> Markup:
    if isinstance(shape, Words):
        face = shape.typeface
        style = face.family, face.style, face.weight, shape.size, shape.colour
        return LINE.format(round(shape.left, 1), shape.y, *style, round(shape.width, 1), shape.text)
    if isinstance(shape, Block):
        return BLOCK.format(shape.x, shape.y, shape.width, shape.height, shape.radius, shape.colour)
    return _mark(number, shape)


def _mark(number: int, mark: Mark) -> Markup:
    inner = re.sub(r"^<svg[^>]*>|</svg>$", "", with_plain_colours(mark.svg))
    return MARK.format(mark.x, mark.y, mark.side, f"mark-{number}", 56 // CORNERS, Markup(inner))
