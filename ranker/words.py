"""What people read. It is written in English where it is said and marked there, and said in the reader's language.

`_` and `ngettext` translate at once; `later` marks what is made before anybody asks and translates it when it is shown;
`marked` only marks, for what is said in several places.
Placeholders are named: `_("Seen up to %(code)s.", code=code)`. The translations are in `ranker/translations`; after a
text has changed, `make words` gathers them anew. Outside of a request all of it is English.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import cast

import flask_babel
from babel.lists import format_list
from babel.support import Translations
from flask import g
from markupsafe import Markup, escape

from ranker import PACKAGE

LANGUAGES = {"en": "English", "ko": "한국어"}
LOCALES = {"en": "en_GB", "ko": "ko"}  # of days and numbers; "4 November 2026" is English as it is written here
DEFAULT = "en"
TRANSLATIONS = Path(PACKAGE) / "translations"


def _(text: str, /, **values: object) -> str:
    said = translations().gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """What fits the number, which is a placeholder as well: %(num)d."""
    return translations().ngettext(one, many, num) % {"num": num, **values}


def later(text: str, /, **values: object) -> str:
    """No `str` before it is shown: what is sent elsewhere than into a page or a form has to be made one by `str()`."""
    return cast(str, Later(_, text, **values))


class Later(flask_babel.LazyString):  # type: ignore[misc]
    """A text that templates escape like any other."""

    def __html__(self) -> str:
        return str(escape(str(self)))


def marked(text: str) -> str:
    """The text as it is, to be given to `_` or `in_every_language`."""
    return text


def in_markup(text: str, /, **values: object) -> Markup:
    """For templates: the text is markup, the values are escaped, and %% is a percent sign."""
    said = Markup(translations().gettext(text))
    return said % values if values or "%" in said else said


def in_markup_by_number(one: str, many: str, num: int, /, **values: object) -> Markup:
    return Markup(translations().ngettext(one, many, num)) % {"num": num, **values}


def enumerated(parts: Sequence[str]) -> Markup:
    """For templates: "this, that and another"."""
    return Markup(format_list([str(escape(part)) for part in parts], locale=flask_babel.get_locale()))


def translations() -> NullTranslations:
    """Those of this request; kept there, for a page asks hundreds of times."""
    try:
        return cast(NullTranslations, g.translations)
    except RuntimeError:  # no app, no request: a command, or a test of what knows nothing of the web
        return NullTranslations()
    except AttributeError:
        g.translations = flask_babel.get_translations()
        return cast(NullTranslations, g.translations)


@cache
def in_every_language(text: str) -> tuple[str, ...]:
    """The text as it may stand in what we have written for anybody, to read that again; its placeholders are in it."""
    return tuple(Translations.load(TRANSLATIONS, [locale]).gettext(text) for locale in LOCALES.values())


@contextmanager
def said_in(language: str) -> Iterator[None]:
    """What is said in here is in another language than the reader's: in a letter to somebody else."""
    before = g.pop("translations", None)
    try:
        with flask_babel.force_locale(LOCALES[language]):
            yield
    finally:
        g.pop("translations", None)
        if before is not None:
            g.translations = before
