"""Every text that people read is marked, and said in every language there is."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.catalogue import TRANSLATED, brought_up_to_date, catalogue_of, compiled, file_of, missing, written
from tests.unmarked import LETTERS, unmarked_in_code, unmarked_in_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
SPEAKS = ("web", "exchange", "actions", "domain", "gate", "desk")
# Whose files are for programs and research, and English whoever asks.
IN_ENGLISH = {ROOT / "ranker/exchange/ballots.py", *(ROOT / "ranker/web/api").glob("*.py")}
MODULES = sorted({path for area in SPEAKS for path in (ROOT / "ranker" / area).rglob("*.py")} - IN_ENGLISH)
# Names and words that are the same in every language.
NAMES = {"Ranker", "CSV", "JSON", "PNG", "PrefLib SOI", "SVG", "TVmaze", "Trakt", "UTC", "Yamtrack", "ranker.series/1"}
# 은 or 는, 이 or 가 …: which of two is right depends on how the word before it ends, and nobody knows how a name does.
HANGING = re.compile(
    r"\)[sd][\"”’]?(</?[a-z]+>)*"
    r"(\(?(이|으)\)|(은|는|이|가|을|를|과|와|로|으로|라는|이라는|예요|이에요|랑|이랑|야)(?![가-힣]))"
)
# What looks like words and is for programs, or for those who write them.
NO_TEXTS: dict[str, set[str]] = {
    "ranker/actions/accounts/invites.py": {"used up"},
    "ranker/actions/accounts/passwords.py": {"a password nobody has"},
    "ranker/actions/progress.py": {" episodes at once"},
    "ranker/web/accounts/devices.py": {"Samsung Internet", "Mac OS X"},
    "ranker/web/accounts/leaving.py": {'attachment; filename="ranker-account.json"'},
    "ranker/web/allowances.py": {"again in "},
    "ranker/web/assets.py": {" is not the file of "},
    "ranker/web/health.py": {"closing down\n", "no database\n", "the database is not up to date: ranker setup\n"},
    "ranker/web/requests.py": {"nested too deep"},
    "ranker/web/responses.py": {"Accept-Language, Cookie, HX-Request"},
    "ranker/gate/own_archive.py": {"looked at"},
    "ranker/web/list_files.py": {'attachment; filename="'},
    "ranker/web/sharing.py": {'attachment; filename="'},
    "ranker/domain/anonymity.py": {"a row has to be shared by ", " at least"},
    "ranker/domain/tally.py": {
        "a catalogue needs one label and one edition for each id",
        "the catalogue is no extension of the one that was counted",
    },
    "ranker/web/drawing/typefaces.py": {
        "Fraunces, Georgia, 'Noto Serif KR', serif",
        "Pretendard, 'Noto Sans KR', system-ui, sans-serif",
    },
    "ranker/actions/audit.py": {"command line", "somebody who left"},
    "ranker/actions/moments.py": {" lists hold it"},
    "ranker/actions/renumbering.py": {"LOCK TABLE progress, ballots, notes IN EXCLUSIVE MODE"},
    "ranker/actions/upkeep.py": {"The upkeep of %s did not succeed; next attempt in %d s"},
    "ranker/desk/deeds.py": {"command line", "somebody who left"},
    "ranker/web/admin/audit.py": {'attachment; filename="'},
    "ranker/web/admin/exports.py": {'attachment; filename="'},
}


def but_names(text: str) -> str:
    return re.sub(rf"\b({'|'.join(NAMES)})\b", "", text)


def said_in_korean() -> list[str]:
    strings = (message.string for message in catalogue_of("ko") if message.id)
    return [one for string in strings for one in ([string] if isinstance(string, str) else string)]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_says_nothing_unmarked(path: Path) -> None:
    found = unmarked_in_template(path.read_text())
    assert [text for text in found if LETTERS.search(but_names(text))] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_nothing_unmarked(path: Path) -> None:
    found = set(unmarked_in_code(path)) - NO_TEXTS.get(name_of(path), set())
    assert found == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    catalogue = brought_up_to_date(language)
    assert list(missing(catalogue)) == []
    assert file_of(language).read_bytes() == written(catalogue), "make words"
    assert file_of(language, "mo").read_bytes() == compiled(read_po(io.BytesIO(written(catalogue)), locale=language))


def test_no_korean_particle_hangs_on_what_is_filled_in() -> None:
    assert [string for string in said_in_korean() if HANGING.search(string)] == []


@pytest.mark.parametrize("wrong", [r"\)s님", " %%", "보르다"], ids=["님", "%", "Borda"])
def test_what_can_be_written_in_two_ways_is_written_in_one(wrong: str) -> None:
    assert [string for string in said_in_korean() if re.search(wrong, string)] == []


@pytest.mark.parametrize(
    ("said", "hangs"),
    [
        ("%(name)s은(는) 없어요", True),
        ("이름은 <b>%(name)s</b>예요.", True),
        ("‘%(name)s’라는 이름", True),
        ("%(code)s에서 %(place)s위로", False),
        ("%(name)s 님은 관리자", False),
    ],
)
def test_a_hanging_particle_is_found(said: str, hangs: bool) -> None:
    assert bool(HANGING.search(said)) is hangs


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello {{ name }}</p>", ["Hello …"]),
        ("<p>{{ _('Hello') }} {% trans %}You <b>there</b>{% endtrans %}</p>", []),
        ("<p>{% if x %}One{% else %}{{ 'two' if y else 'three' }}{% endif %}</p>", ["Onetwothree"]),
        ("<p class='a {{ 'b c' if x }}' aria-label='So {{ x }}'></p>", ["So \x00"]),
        ("<input{{ ' checked' if x }} value='{{ x }}'>{{ call(_('Good')) }}", []),
        ("{{ row('Name', '/account/name') }}", ["… Name"]),
        ("{{ row(of, class='a b', autocomplete='one two') }}<meta name='viewport' content='Of a device'>", []),
        ("{% set all = (('fair', 'Fair'),) %}", ["Fair"]),
        ("{{ ngettext('%(num)d list', '%(num)d lists', n) }}<code>a b</code>", []),
    ],
)
def test_an_unmarked_text_in_a_template_is_found(source: str, found: list[str]) -> None:
    assert unmarked_in_template(source) == found


def test_an_unmarked_text_in_code_is_found(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        '"""A docstring."""\nA = "not marked"\nB = _("marked so")\nlogger.info("not for people")\nC = "key"\n'
        "D = f\"{_('Gone.')} {_(A)}\"\n"
        'D = \'<rect x="1" y="2"/>\'\n'
    )
    assert list(unmarked_in_code(path)) == ["not marked", "'Gone.'"]
