"""The paths of marks as polygons: as much of SVG's path language as `web/compositions.py` and the lock speak."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Iterator

TOKEN = re.compile(r"([a-zA-Z])|(-?(?:\d+\.?\d*|\.\d+))")
STEPS = 16
TAKES = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "t": 2, "c": 6, "a": 7, "z": 0}

Matrix = tuple[float, float, float, float, float, float]


def polygon_of(path: str) -> list[complex]:
    """The points along a closed path of one part. Raises KeyError for a command that is not spoken here."""
    points: list[complex] = []
    bend = 0j
    for letter, numbers in _commands(path):
        here = points[-1] if points else 0j
        to = _absolute(letter, numbers, here)
        if letter in "qQ":
            bend = to[0]
        elif letter in "tT":
            bend = 2 * here - bend
            to = [bend, *to]
        points += _along(letter.lower(), numbers, here, to)
    return points


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    letter, numbers = "", list[float]()
    for command, number in TOKEN.findall(path):
        if command:
            letter, numbers = command, []
        else:
            numbers.append(float(number))
        if len(numbers) == TAKES[letter.lower()]:
            yield letter, numbers
            numbers = []


def _absolute(letter: str, numbers: list[float], here: complex) -> list[complex]:
    """The points a command names, wherever it names them from."""
    kind, start = letter.lower(), here if letter.islower() else 0j
    if kind == "h":
        return [complex(start.real + numbers[0], here.imag)]
    if kind == "v":
        return [complex(here.real, start.imag + numbers[0])]
    if kind == "a":
        numbers = numbers[5:]
    return [start + complex(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def _along(kind: str, numbers: list[float], here: complex, to: list[complex]) -> list[complex]:
    steps = [step / STEPS for step in range(1, STEPS + 1)]
    if kind == "a":
        return _arc(here, to[0], numbers[0], clockwise=numbers[4] == 1)
    if kind in "qt":
        return [(1 - s) ** 2 * here + 2 * (1 - s) * s * to[0] + s * s * to[1] for s in steps]
    if kind == "c":
        one, two, end = to
        near = [(1 - s) ** 3 * here + 3 * (1 - s) ** 2 * s * one for s in steps]
        return [point + 3 * (1 - s) * s * s * two + s**3 * end for s, point in zip(steps, near, strict=True)]
    return to


def _arc(start: complex, end: complex, radius: float, clockwise: bool) -> list[complex]:
    """The smaller arc of a circle (y grows downwards)."""
    half = (end - start) / 2
    if not half:
        return [end]
    height = math.sqrt(max(radius * radius - abs(half) ** 2, 0))
    centre = (start + end) / 2 + half / abs(half) * height * (1j if clockwise else -1j)
    first, last = cmath.phase(start - centre), cmath.phase(end - centre)
    sweep = (last - first) % math.tau if clockwise else -((first - last) % math.tau)
    return [centre + cmath.rect(radius, first + sweep * step / STEPS) for step in range(1, STEPS + 1)]


def matrix_of(transform: str) -> Matrix:
    """An SVG transform: rotate with a centre, translate, or matrix."""
    name, arguments = re.fullmatch(r"(\w+)\(([^)]*)\)", transform).groups()  # type: ignore[union-attr]
    numbers = [float(number) for number in arguments.split()]
    if name == "rotate":
        angle, x, y = numbers
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        return cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y
    if name == "translate":
        return 1, 0, 0, 1, numbers[0], numbers[1] if len(numbers) > 1 else 0
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f


def moved(point: complex, by: Matrix) -> complex:
    a, b, c, d, e, f = by
    return complex(a * point.real + c * point.imag + e, b * point.real + d * point.imag + f)
