"""Pictures of moments: what is taken, what is refused, who gets to see them, and what is left on the disk."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.pictures import set_picture
from ranker.pictures import LARGE, SIZES, SMALL, PictureRefused, PictureStore, encoded
from tests.cast import SLUG, Cast
from tests.web.test_desk_moments import newest_deed
from tests.worlds.walk import body_of

ALT = "A lighthouse at dusk"


def drawn(kind: str = "PNG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, options.pop("colour", None) or 0).save(buffer, kind, **options)
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def upload(cast: Cast, content: bytes, number: int = 1, alt: str = ALT) -> TestResponse:
    dana = cast.browser("dana")
    head = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    fields = ((b"csrf_token", b"", dana.token.encode()), (b"alt", b"", alt.encode()))
    body = b"".join(head % field for field in (*fields, (b"picture", b'; filename="x.png"', content))) + b"--x--\r\n"
    path = f"/admin/moments/{cast.public[f'moment{number}']}/picture"
    return dana.client.post(path, data=body, content_type="multipart/form-data; boundary=x")


def address(cast: Cast, number: int = 1, size: str = "large") -> str:
    return f"/series/{SLUG}/moments/{cast.public[f'moment{number}']}/picture/{size}"


def files(cast: Cast) -> list[Path]:
    return sorted((Path(cast.app.config["DATA_DIR"]) / "pictures").glob("*"))


# What is taken


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(64, 64), (300, 200), (64, 5_000), (3_000, 2_000)])
def test_a_picture_is_drawn_anew_in_two_sizes(kind: str, size: tuple[int, int]) -> None:
    made = {name: opened(content) for name, content in encoded(drawn(kind, size)).items()}
    assert {picture.format for picture in made.values()} == {"WEBP"}
    assert made["small"].size == (SMALL, SMALL)
    assert max(made["large"].size) <= min(LARGE, max(size))
    assert not any(picture.info.keys() & {"exif", "icc_profile", "xmp"} for picture in made.values())


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA"), ("PNG", "RGBA"), ("PNG", "I;16")],
)
def test_every_kind_of_colours_becomes_plain_ones(kind: str, mode: str) -> None:
    assert {opened(content).mode for content in encoded(drawn(kind, mode=mode)).values()} == {"RGB"}


def test_what_is_transparent_shows_paper() -> None:
    large = opened(encoded(drawn(mode="RGBA", colour=(0, 0, 0, 0)))["large"])
    assert min(large.convert("RGB").getpixel((5, 5))) > 240  # type: ignore[type-var, arg-type]


def test_the_camera_and_the_place_are_dropped_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "A camera"
    content = drawn("JPEG", (400, 200), exif=exif, comment=b"secret", icc_profile=b"x" * 200)
    large = encoded(content)["large"]
    assert opened(large).size == (200, 400)
    assert b"camera" not in large
    assert b"secret" not in large


def test_what_hangs_behind_a_picture_is_dropped() -> None:
    made = encoded(drawn() + b"<script>alert(1)</script>PK\x03\x04")
    assert not any(b"script" in content or b"PK\x03\x04" in content for content in made.values())


# What is refused


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1_000)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


HOSTILE = {
    "nothing": b"",
    "text": b"hello",
    "a page": b"<html><script>alert(1)</script>",
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a GIF": drawn("GIF"),
    "a BMP": drawn("BMP"),
    "a TIFF": drawn("TIFF"),
    "a truncated PNG": drawn()[:-60],
    "a truncated JPEG": drawn("JPEG")[: len(drawn("JPEG")) // 2],
    "a truncated WebP": drawn("WEBP")[:40],
    "one pixel": drawn(size=(1, 1)),
    "20000 pixels": drawn("PNG", (20_000, 70), mode="1"),
    "a bomb": bomb(60_000, 60_000),
    "a small bomb": bomb(9_999, 9_999),
    "a lie": bomb(500, 500),
    "a PNG that moves": moving("PNG"),
    "a WebP that moves": moving("WEBP"),
    "too many bytes": drawn() + b"x" * (8 * 1024 * 1024),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_a_reason_and_leaves_nothing_behind(cast: Cast, content: bytes) -> None:
    answer = upload(cast, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert ALT in answer.text
    assert files(cast) == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "WEBP"]), st.data())
def test_any_bytes_are_a_picture_or_a_refusal(kind: str, data: st.DataObject) -> None:
    content = bytearray(drawn(kind, (90, 70)))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(PictureRefused):
        assert encoded(bytes(content)).keys() == set(SIZES)


def test_more_than_the_site_takes_at_all_is_refused(cast: Cast) -> None:
    assert upload(cast, b"x" * 11 * 1024 * 1024).status_code == 413
    assert files(cast) == []


def test_a_picture_without_words_is_refused(cast: Cast) -> None:
    for alt in ("", "   ", "x" * 201):
        assert upload(cast, drawn(), alt=alt).status_code == 422
    assert files(cast) == []


def test_a_failure_while_it_is_written_down_leaves_no_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("ranker.actions.pictures.touch", fails)
    store = PictureStore(Path(cast.app.config["DATA_DIR"]) / "pictures")
    with cast.app.app_context(), pytest.raises(RuntimeError):
        set_picture(COMMAND_LINE, cast.public["moment1"], encoded(drawn()), ALT, store)
    assert files(cast) == []


# Who sees it


def test_whoever_has_seen_the_moment_sees_its_picture_everywhere(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert 'class="mark" src=' not in bob.get(f"/series/{SLUG}").text
    assert upload(cast, drawn()).status_code == 303
    answer = bob.get(address(cast))
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert opened(bob.get(address(cast, size="small")).data).size == (SMALL, SMALL)
    assert address(cast, size="small") in bob.get(f"/series/{SLUG}").text
    assert address(cast, size="small") in bob.get(f"/series/{SLUG}/list").text
    cast.rank("bob", 1, 2)
    for page in ("/list/story", "/methods", f"/duels?a={cast.public['moment1']}&b={cast.public['moment2']}"):
        assert address(cast, size="small") in bob.get(f"/series/{SLUG}{page}").text, page
    page = bob.get(f"/series/{SLUG}/moments/{cast.public['moment1']}").text
    assert f'src="{address(cast)}" alt="{ALT}"' in page


def test_a_locked_picture_an_absent_one_and_an_unknown_one_are_the_same(cast: Cast) -> None:
    upload(cast, drawn(), 9)
    assert cast.browser("ada").get(address(cast, 9)).status_code == 200
    for name in ("bob", "cy", "dana", None):
        browser = cast.browser(name)
        unknown = body_of(browser.get(f"/series/{SLUG}/moments/0123456789ab/picture/large"))
        assert unknown.startswith("404")
        for path in (address(cast, 9), address(cast, 9, "small"), address(cast, 1), address(cast, 9, "huge")):
            assert body_of(browser.get(path)) == unknown
        assert address(cast, 9, "small") not in browser.get(f"/series/{SLUG}").text


def test_a_picture_goes_with_its_moment(cast: Cast) -> None:
    upload(cast, drawn())
    dana, bob = cast.browser("dana"), cast.browser("bob")
    dana.post(f"/admin/moments/{cast.public['moment1']}/retire")
    assert bob.get(address(cast)).status_code == 404


# Replacing and removing


def test_a_picture_is_taken_away_and_brought_back(cast: Cast) -> None:
    upload(cast, drawn(colour="red"))
    dana, bob = cast.browser("dana"), cast.browser("bob")
    desk = f"/admin/moments/{cast.public['moment1']}/picture"
    first = bob.get(address(cast)).data
    assert dana.post(f"{desk}/remove").status_code == 303
    assert newest_deed(cast) == ("picture.remove", {"picture": ALT}, {"picture": None})
    assert bob.get(address(cast)).status_code == 404
    assert dana.post(f"{desk}/remove").status_code == 409
    name = files(cast)[0].name.partition("-")[0]
    assert dana.get(f"{desk}s/{name}").status_code == 200
    assert dana.post(f"{desk}/restore", {"name": name}).status_code == 303
    assert bob.get(address(cast)).data == first
    upload(cast, drawn(colour="blue"), alt="Another")
    assert bob.get(address(cast)).data != first
    for nothing in ("x", "../secret_key", ""):
        assert dana.post(f"{desk}/restore", {"name": nothing}).status_code == 409
    assert bob.get(address(cast)).status_code == 200


def test_the_last_five_former_pictures_are_kept_and_their_files_with_them(cast: Cast) -> None:
    for number in range(8):
        upload(cast, drawn(size=(100 + number, 100)))
    assert len(files(cast)) == 2 * 6
    assert cast.browser("bob").get(address(cast)).status_code == 200
