"""A picture as PNG: the same values give the same bytes."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from ranker.web.drawing.tiles import rounded, tile
from ranker.web.drawing.values import Block, Mark, Picture, Words

CORNERS = 7  # a mark's corners are rounded by a seventh of its side


def png_of(picture: Picture) -> bytes:
    image = Image.new("RGB", (picture.width, picture.height), picture.ground)
    for shape in picture.shapes:
        if isinstance(shape, Words):
            _write(image, shape)
        elif isinstance(shape, Block):
            _block(image, shape)
        else:
            _mark(image, shape)
    file = BytesIO()
    image.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _write(image: Image.Image, words: Words) -> None:
    draw, x = ImageDraw.Draw(image), words.left
    for font, run in words.typeface.runs(words.text, words.size):
        draw.text((x, words.y), run, words.colour, font, anchor="ls")
        x += font.getlength(run)


def _block(image: Image.Image, block: Block) -> None:
    image.paste(block.colour, (block.x, block.y), rounded(block.width, block.height, block.radius))


def _mark(image: Image.Image, mark: Mark) -> None:
    image.paste(tile(mark.svg, mark.side), (mark.x, mark.y), rounded(mark.side, mark.side, mark.side // CORNERS))
