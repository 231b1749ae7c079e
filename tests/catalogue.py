"""The texts of the app as they are marked in code and templates, and the translations of them: `make words`.

The catalogue of a language keeps what is translated; a new text stands in it empty, and one that is gone is gone.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ranker.words import DEFAULT, LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "ranker" / "translations"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("_", "gettext", "later", "marked")),
    "ngettext": (1, 2),
}
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TRANSLATED = [code for code in LANGUAGES if code != DEFAULT]


def texts() -> Catalog:
    """Every text that is marked."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(project="Ranker", charset="utf-8")
    for name, _, text, comments, _ in extract_from_dir(
        ROOT, methods, options, KEYWORDS, ["i18n:"], strip_comment_tags=True
    ):
        found.add(text, locations=[(name, 0)], auto_comments=comments)
    return found


def catalogue_of(language: str) -> Catalog:
    path = file_of(language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)


def file_of(language: str, ending: str = "po") -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"messages.{ending}"


def brought_up_to_date(language: str) -> Catalog:
    """The translations with the texts there are now."""
    known, now = catalogue_of(language), Catalog(locale=language, project="Ranker", charset="utf-8")
    for message in texts():
        if message.id:
            before = known.get(message.id) or known.get(single(message))
            now.add(
                message.id, before.string if before else None, message.locations, auto_comments=message.auto_comments
            )
    return now


def single(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def compiled(catalogue: Catalog) -> bytes:
    """Without the day it was made, as well."""
    catalogue.creation_date = catalogue.revision_date = LONG_AGO
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def written(catalogue: Catalog) -> bytes:
    """Without the day it was made, so that the same texts are the same file."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, sort_output=True, omit_header=True, include_lineno=False)
    head = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return (head + f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n').encode() + file.getvalue()


def missing(catalogue: Catalog) -> Iterator[str]:
    """The texts without a translation, or with one that says more or less than they do."""
    for message in catalogue:
        if not message.id:
            continue
        strings = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        if not all(strings):
            yield single(message)
        elif wrong := list(message.check(catalogue)):
            yield f"{single(message)}: {wrong[0]}"


def main() -> None:
    for language in TRANSLATED:
        catalogue = brought_up_to_date(language)
        file_of(language).parent.mkdir(parents=True, exist_ok=True)
        file_of(language).write_bytes(written(catalogue))
        file_of(language, "mo").write_bytes(compiled(read_po(io.BytesIO(written(catalogue)), locale=language)))
        left = list(missing(catalogue))
        print(f"{LANGUAGES[language]}: {len(catalogue)} texts, {len(left)} of them to be translated")
        for text in left:
            print(f"  {text}")


if __name__ == "__main__":
    main()
