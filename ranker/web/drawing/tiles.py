"""Marks as pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

from PIL import Image, ImageDraw

from ranker.web.drawing.colours import with_plain_colours
from ranker.web.drawing.outlines import Matrix, matrix_of, moved, polygon_of

UNITS = 56
FINER = 4  # drawn so many times larger, then made small, for smooth edges
AS_IT_IS = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@lru_cache(maxsize=512)
def tile(svg: str, side: int) -> Image.Image:
    """A mark of `side` pixels. Nobody draws on it: it is shared."""
    large = Image.new("RGB", (side * FINER, side * FINER))
    draw = ImageDraw.Draw(large)
    scale = side * FINER / UNITS
    for points, colour in _polygons(ElementTree.fromstring(with_plain_colours(svg)), (AS_IT_IS,)):
        draw.polygon([(point.real * scale, point.imag * scale) for point in points], colour)
    return large.reduce(FINER)


@lru_cache(maxsize=64)
def rounded(width: int, height: int, radius: int) -> Image.Image:
    """Where a block with round corners is."""
    large = Image.new("L", (width * FINER, height * FINER))
    box = (0, 0, width * FINER - 1, height * FINER - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * FINER, 255)
    return large.reduce(FINER)


def _polygons(element: ElementTree.Element, by: tuple[Matrix, ...]) -> Iterator[tuple[list[complex], str]]:
    if "transform" in element.attrib:
        by = (matrix_of(element.attrib["transform"]), *by)
    if points := _points(element):
        for matrix in by:
            points = [moved(point, matrix) for point in points]
        yield points, element.attrib["fill"]
    for child in element:
        yield from _polygons(child, by)


def _points(element: ElementTree.Element) -> list[complex]:
    kind = element.tag.rpartition("}")[2]
    if kind == "path":
        return polygon_of(element.attrib["d"])
    if kind == "circle":
        x, y, r = (float(element.attrib[name]) for name in ("cx", "cy", "r"))
        return polygon_of(f"M{x - r} {y}a{r} {r} 0 0 1 {2 * r} 0a{r} {r} 0 0 1 {-2 * r} 0z")
    if kind == "rect":
        x, y, width, height, r = (float(element.get(name, "0")) for name in ("x", "y", "width", "height", "rx"))
        return polygon_of(
            f"M{x + r} {y}H{x + width - r}a{r} {r} 0 0 1 {r} {r}V{y + height - r}a{r} {r} 0 0 1 {-r} {r}"
            f"H{x + r}a{r} {r} 0 0 1 {-r} {-r}V{y + r}a{r} {r} 0 0 1 {r} {-r}z"
        )
    return []
