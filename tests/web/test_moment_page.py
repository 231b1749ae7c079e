"""A moment's page: where fans place it, how it fares one against one, and what they wrote on it."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import restore_moment, retire_moment
from ranker.actions.series import SeriesFacts, edit_series
from tests.cast import PASSWORD, SLUG, Cast, key
from tests.worlds.walk import body_of

MOMENTS = f"/series/{SLUG}/moments"


def page_of(cast: Cast, number: int, name: str | None = "ada", query: str = "", sealed: bool = False) -> TestResponse:
    browser = cast.browser(name)
    if sealed:
        browser.post("/view", {"view": "sealed"})
    return browser.get(f"{MOMENTS}/{cast.public[key(number)]}{query}")


def places_on(page: TestResponse) -> dict[str, int]:
    """The table of places, without those that no list gives it."""
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td>([\d,]+)</td>', page.text)
    return {place: int(lists) for place, lists in rows if lists != "0"}


def notes_on(page: TestResponse) -> list[str]:
    return re.findall(r'<p class="saying__words" dir="auto">([^<]*)</p>', page.text)


def record_on(page: TestResponse) -> list[tuple[str, str, str]]:
    """Result, other moment, and lists for and against, row by row."""
    row = r'record__result">([^<]+)</td>.*?/duels[^>]*>([^<]+)</a>.*?record__score">([^<]+)</td>'
    return re.findall(row, page.text, flags=re.S)


# Where fans place it


def test_a_moments_page_says_where_the_lists_that_could_choose_it_have_it(cast: Cast) -> None:
    cast.rank("ada", 2, 1)
    cast.rank("bob", 1, 3)
    cast.add_fan("eve", 2, [3])
    page = page_of(cast, 1)
    assert places_on(page) == {"1": 1, "2": 1, "Not in the top 10": 1}
    assert "2 lists of the 3 that could choose it have it in the top 10" in page.text


def test_a_masked_viewer_sees_places_in_whole_lists_and_a_sealed_one_in_what_they_may_know(cast: Cast) -> None:
    cast.rank("ada", 9, 8, 1)
    assert places_on(page_of(cast, 1, "bob")) == {"3": 1}
    assert places_on(page_of(cast, 1, "bob", sealed=True)) == {"1": 1}
    assert places_on(page_of(cast, 1, "ada", "?as_of=2")) == {"1": 1}
    assert places_on(page_of(cast, 1, "ada", "?as_of=5")) == {"2": 1}


def test_an_address_looks_at_a_moment_from_an_earlier_episode_but_never_from_a_later_one(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    assert "Looking back" in page_of(cast, 1, "bob", "?as_of=2").text
    assert "Looking back" not in page_of(cast, 1, "bob", "?as_of=6").text
    assert page_of(cast, 5, "bob", "?as_of=2").status_code == 404
    assert page_of(cast, 9, "bob", "?as_of=6").status_code == 200  # its lock, as without
    assert "SecretText9" not in page_of(cast, 9, "bob", "?as_of=6").text


def test_a_retired_moment_takes_no_place(cast: Cast) -> None:
    cast.rank("ada", 2, 1)
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment2"])
    assert places_on(page_of(cast, 1)) == {"1": 1}
    with cast.app.app_context():
        restore_moment(COMMAND_LINE, cast.public["moment2"])
    assert places_on(page_of(cast, 1)) == {"2": 1}


def test_a_moment_no_list_could_choose_says_so(cast: Cast) -> None:
    page = page_of(cast, 1)
    assert "No list could choose it yet." in page.text
    assert places_on(page) == {}


# One against one


def test_the_record_has_the_hardest_duels_first_and_each_leads_to_its_duel(cast: Cast) -> None:
    cast.rank("ada", 2, 1)
    cast.rank("bob", 1, 3)
    cast.add_fan("eve", 4, [3, 1, 2])
    record = record_on(page_of(cast, 1, "bob"))
    assert record[:3] == [
        ("beats", "SecretTitle2", "2 : 1"),
        ("beats", "SecretTitle3", "2 : 1"),
        ("beats", "SecretTitle4", "3 : 0"),
    ]
    link = f"/series/{SLUG}/duels?a={cast.public['moment1']}&amp;b={cast.public['moment3']}"
    assert link in page_of(cast, 1, "bob").text


def test_the_record_says_how_many_of_its_duels_are_too_close_to_be_sure(cast: Cast) -> None:
    for number in range(8):
        cast.add_fan(f"fan{number}", 4, [1, 2] if number < 5 else [2, 1])
    assert "5 won, 0 lost · 1 too close to be sure" in page_of(cast, 1, "bob").text
    page = page_of(cast, 2, "bob").text
    assert "4 won, 1 lost · 1 too close to be sure" in page
    assert page.count("record__row--clear") == 4


def test_while_no_list_decides_anything_there_is_no_record(cast: Cast) -> None:
    assert "No list decides any of its duels yet." in page_of(cast, 1).text
    cast.rank("ada", 3)
    page = page_of(cast, 1)
    assert record_on(page)[0] == ("loses to", "SecretTitle3", "0 : 1")
    assert "0 won, 1 lost, 7 not decided yet · all too close to be sure" in page.text


def test_the_record_names_only_moments_one_may_see(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    others = {other for _, other, _ in record_on(page_of(cast, 1, "bob"))}
    assert others == {f"SecretTitle{number}" for number in (2, 3, 4, 5, 6)}


def test_a_long_record_is_folded(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    page = page_of(cast, 1)
    assert len(record_on(page)) == 8
    assert "fold__name" in page.text


# What fans wrote


def test_a_note_is_read_by_those_who_have_seen_as_much_as_its_author(cast: Cast) -> None:
    cast.rank("ada", 1)
    cast.note("ada", 1, "I know how it ends")
    assert notes_on(page_of(cast, 1, "ada")) == ["I know how it ends"]
    assert notes_on(page_of(cast, 1, "bob")) == []
    assert notes_on(page_of(cast, 1, "ada", "?as_of=5")) == []
    cast.declare("bob", 6)
    assert notes_on(page_of(cast, 1, "bob")) == ["I know how it ends"]


def test_of_a_fans_notes_the_one_written_furthest_on_counts_as_far_as_one_may_read(cast: Cast) -> None:
    cast.add_fan("eve", 1, [1])
    cast.note("eve", 1, "At first")
    cast.declare("eve", 3)
    cast.note("eve", 1, "Later")
    assert notes_on(page_of(cast, 1, "ada", "?as_of=2")) == ["At first"]
    assert notes_on(page_of(cast, 1, "bob")) == ["Later"]
    assert notes_on(page_of(cast, 1, "ada")) == ["Later"]


def test_a_note_that_is_taken_back_is_gone_for_everybody_but_not_one_written_further_on(cast: Cast) -> None:
    cast.add_fan("eve", 1, [1])
    for position, words in ((1, "At first"), (3, "Later"), (6, "In the end")):
        cast.declare("eve", position)
        cast.note("eve", 1, words)
    cast.declare("eve", 3)
    cast.note("eve", 1, "")
    assert notes_on(page_of(cast, 1, "ada", "?as_of=2")) == []
    assert notes_on(page_of(cast, 1, "bob")) == []
    assert notes_on(page_of(cast, 1, "ada")) == ["In the end"]


def test_a_note_is_shown_while_its_authors_list_holds_the_moment_without_a_name(cast: Cast) -> None:
    cast.add_fan("evelyn", 4, [2, 1])
    cast.note("evelyn", 1, "Mine")
    page = page_of(cast, 1, "bob")
    assert notes_on(page) == ["Mine"]
    assert "Place 2 in their list · written at S1·E4" in page.text
    assert "evelyn" not in page.text
    assert "Your note, place 2 in your list" in page_of(cast, 1, "evelyn").text
    cast.rank("evelyn", 2)
    assert notes_on(page_of(cast, 1, "bob")) == []


def test_notes_say_the_place_in_the_list_that_one_may_know_of(cast: Cast) -> None:
    cast.rank("ada", 9, 1)
    cast.declare("ada", 3)
    cast.note("ada", 1, "Good")
    assert "Place 2 in their list" in page_of(cast, 1, "bob").text
    assert "Place 1 in their list" in page_of(cast, 1, "bob", sealed=True).text


def test_those_who_love_it_most_are_read_first_twenty_at_a_time(cast: Cast) -> None:
    for number in range(21):
        name = f"fan{number:02}"
        cast.add_fan(name, 4, [2, 1] if number % 2 else [1])
        cast.note(name, 1, f"Note {number:02}")
    first, second, beyond = (page_of(cast, 1, "bob", f"?page={page}") for page in (1, 2, 99))
    firsts = [f"Note {number:02}" for number in range(0, 21, 2)]
    seconds = [f"Note {number:02}" for number in range(1, 21, 2)]
    assert notes_on(first) == [*firsts, *seconds][:20]
    assert notes_on(second) == notes_on(beyond) == ["Note 19"]
    assert "21 notes" in first.text


def test_pages_of_notes_do_not_count_what_one_may_not_read(cast: Cast) -> None:
    for number in range(21):
        cast.add_fan(f"fan{number}", 6 if number else 3, [1])
        cast.note(f"fan{number}", 1, f"Note {number}")
    page = page_of(cast, 1, "bob")
    assert notes_on(page) == ["Note 0"]
    assert "1 note," in page.text
    assert "Page 1" not in page.text


def test_a_note_is_text_and_nothing_else(cast: Cast) -> None:
    cast.rank("ada", 1)
    cast.note("ada", 1, "<script>alert(1)</script>")
    assert "<script>alert" not in page_of(cast, 1).text


def test_the_fragment_of_a_moments_page_is_its_content(cast: Cast) -> None:
    cast.rank("ada", 1, 2)
    address = f"{MOMENTS}/{cast.public['moment1']}"
    fragment = body_of(cast.browser("ada").htmx("GET", address))
    assert "<html" not in fragment
    assert "Where fans place it" in fragment


# Adding it from here


def form_on(page: TestResponse, action: str) -> dict[str, list[str]]:
    """What the form on the page that posts to `action` would send."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}">(.*?)</form>', page.text, flags=re.S)
    assert form is not None
    fields = re.findall(r'name="(version|entry|move)" value="([^"]*)"', form[1])
    return {name: [value for other, value in fields if other == name] for name, _ in fields}


def test_a_moment_is_added_from_its_page_at_the_end_of_the_list_and_taken_back_there(cast: Cast) -> None:
    cast.rank("ada", 1, 9, 2)
    cast.declare("ada", 4)
    here = f"{MOMENTS}/{cast.public['moment3']}"
    ada, add, undo = cast.browser("ada"), f"/series/{SLUG}/list", f"/series/{SLUG}/list/undo"
    assert "Add to my top 10" in page_of(cast, 3).text
    form = form_on(ada.get(here), add)
    answer = ada.post(add, form, headers={"Referer": f"http://localhost{here}"})
    assert (answer.status_code, answer.location) == (303, here)
    page = ada.get(here)
    assert "Added at place 4." in page.text
    assert f'href="/series/{SLUG}/list#entry-{cast.public["moment3"]}"' in page.text
    assert cast.titles_of("ada") == ["SecretTitle1", "locked", "SecretTitle2", "SecretTitle3"]
    answer = ada.post(undo, form_on(page, undo), headers={"Referer": f"http://localhost{here}"})
    assert (answer.status_code, answer.location) == (303, here)
    assert "Undone." in ada.get(here).text
    assert cast.titles_of("ada") == ["SecretTitle1", "locked", "SecretTitle2"]


def test_a_full_list_says_at_which_place_a_moment_would_come_in(cast: Cast) -> None:
    with cast.app.app_context():
        edit_series(COMMAND_LINE, SLUG, SeriesFacts("The Lighthouse", None, None, 3))
    cast.rank("ada", 1, 2, 3)
    ada, add, here = cast.browser("ada"), f"/series/{SLUG}/list", f"{MOMENTS}/{cast.public['moment5']}"
    assert "Swap in at place 3" in ada.get(here).text
    ada.post(add, form_on(ada.get(here), add), headers={"Referer": f"http://localhost{here}"})
    assert "Added at place 3; what was there went back." in ada.get(here).text
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2", "SecretTitle5"]


def test_an_addition_from_a_page_that_is_out_of_date_gets_the_newest_list_and_is_offered_again(cast: Cast) -> None:
    ada, add, here = cast.browser("ada"), f"/series/{SLUG}/list", f"{MOMENTS}/{cast.public['moment5']}"
    form = form_on(ada.get(here), add)
    cast.rank("ada", 2)
    answer = ada.post(add, form, headers={"Referer": f"http://localhost{here}"})
    assert answer.status_code == 409
    assert "Add SecretTitle5" in answer.text
    assert cast.titles_of("ada") == ["SecretTitle2"]


def test_a_visitor_who_logs_in_to_add_a_moment_is_back_at_it(cast: Cast) -> None:
    visitor = cast.browser()
    with visitor.client.session_transaction() as session:
        session["progress"] = {SLUG: 4}
    here = f"{MOMENTS}/{cast.public['moment5']}"
    assert f'href="/login?next={here}"' in visitor.get(here).text
    assert f'action="/series/{SLUG}/list"' not in visitor.get(here).text
    answer = visitor.post(f"/login?next={here}", {"name": "ada", "password": PASSWORD, "next": here})
    assert answer.location.endswith(here)
