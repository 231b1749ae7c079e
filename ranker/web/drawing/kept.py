"""Public cards on disk, under a digest of what they are made of: whoever asks for the same one gets the same file."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ranker.web.drawing.png import png_of
from ranker.web.drawing.values import Picture

HAND = 1  # one more whenever png_of draws the same values differently
MOST = 1_000  # files, of some 50 kB each


@dataclass(frozen=True, slots=True)
class KeptCards:
    folder: Path

    def of(self, picture: Picture) -> tuple[str, bytes]:
        """The picture's digest, which says no more than the picture does, and its PNG, drawn if it is not there."""
        digest = hashlib.blake2b(f"{HAND} {picture!r}".encode(), digest_size=16).hexdigest()
        path = self.folder / f"{digest}.png"
        try:
            return digest, path.read_bytes()
        except FileNotFoundError:
            content = png_of(picture)
            self._keep(path, content)
            return digest, content

    def _keep(self, path: Path, content: bytes) -> None:
        """Whole or not at all; the oldest go when there are too many."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(8)}.draft")
        draft.write_bytes(content)
        os.replace(draft, path)
        files = sorted(self.folder.iterdir(), key=_age)
        for file in files[:-MOST]:
            file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # another process has cleared it away
        return 0.0
