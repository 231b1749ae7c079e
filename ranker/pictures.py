"""Pictures of moments: whatever somebody uploads is refused, or drawn anew with nothing but its colours left."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from ranker.words import _

MEBIBYTE = 1024 * 1024
LARGEST_FILE = 8 * MEBIBYTE
FORMATS = ("PNG", "JPEG", "WEBP")
SHORTEST_SIDE = 64
LONGEST_SIDE = 10_000
MOST_PIXELS = 40_000_000
LARGE, SMALL = 1_280, 176  # the longer side of the large one; the small one is a square
SIZES = ("large", "small")
PAPER = (255, 253, 249)
NAME_LENGTH = 32

Files = Mapping[str, bytes]


class PictureRefused(ValueError):
    """A file that is no picture we take; the message says what to send instead."""


def encoded(content: bytes) -> Files:
    """The picture in `content` as WebP, by size: the right way up, without metadata. Raises PictureRefused."""
    if not content:
        raise PictureRefused(_("Choose a file first."))
    if len(content) > LARGEST_FILE:
        raise PictureRefused(_("The file is larger than 8 MB. Save it smaller and try again."))
    picture = _read(content)
    large = picture.copy()
    large.thumbnail((LARGE, LARGE))
    return {"large": _webp(large), "small": _webp(ImageOps.fit(picture, (SMALL, SMALL)))}


def _read(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _check(picture)
            if picture.format == "JPEG":
                picture.draft("RGB", (2 * LARGE, 2 * LARGE))  # a quarter of the pixels is enough of a large photo
            return _on_paper(ImageOps.exif_transpose(picture))
    except PictureRefused:
        raise
    # What a hostile file can make a decoder raise is in no list: whatever it is, this is no picture for us.
    except Exception as error:
        raise PictureRefused(_("This is no picture we can read. Send a PNG, JPEG or WebP file.")) from error


def _check(picture: Image.Image) -> None:
    """Looks at what the file says of itself, before any of it is unpacked."""
    if getattr(picture, "n_frames", 1) > 1:
        raise PictureRefused(_("The picture moves. Send a still one."))
    if min(picture.size) < SHORTEST_SIDE:
        raise PictureRefused(
            _("The picture is too small. Each side needs %(least)d pixels at least.", least=SHORTEST_SIDE)
        )
    if max(picture.size) > LONGEST_SIDE or picture.width * picture.height > MOST_PIXELS:
        raise PictureRefused(_("The picture has too many pixels. Save it smaller and try again."))


def _on_paper(picture: Image.Image) -> Image.Image:
    """Its colours alone, in a picture that knows nothing of the file; what is transparent shows paper."""
    if picture.has_transparency_data:
        coloured = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, PAPER)
        paper.paste(coloured, mask=coloured.getchannel("A"))
        return paper
    clean = Image.new("RGB", picture.size)
    clean.paste(picture.convert("RGB"))
    return clean


def _webp(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "WEBP", quality=80, method=4)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class PictureStore:
    """Where the files are: under names that say nothing, and that come from the database alone."""

    folder: Path

    def keep(self, files: Files) -> str:
        """Writes the files of one picture, each whole or not at all, and returns the name they have."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(NAME_LENGTH // 2)
        try:
            for size, content in files.items():
                draft = self._path(name, size).with_suffix(".draft")
                draft.write_bytes(content)
                os.replace(draft, self._path(name, size))
        except BaseException:
            self.drop(name)
            raise
        return name

    def read(self, name: str, size: str) -> bytes | None:
        """A file's content; None for a size there is not, or a file that is gone."""
        if size not in SIZES:
            return None
        try:
            return self._path(name, size).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, name: str) -> None:
        for size in SIZES:
            self._path(name, size).unlink(missing_ok=True)
            self._path(name, size).with_suffix(".draft").unlink(missing_ok=True)

    def _path(self, name: str, size: str) -> Path:
        return self.folder / f"{name}-{size}.webp"
