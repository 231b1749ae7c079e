"""Suggesting a moment: who may, what is pointed out, what its author reads, and that nobody else reads anything."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from ranker.actions.audit import COMMAND_LINE
from ranker.actions.moments import MomentText, draft_moment, edit_moment, retire_moment
from ranker.models import Suggestion
from tests.cast import SLUG, Cast
from tests.web.from_fans import SUGGESTIONS, WISH, decide, ids_of, suggest, suggested, waiting_titles
from tests.web.test_desk_moments import field, newest_deed, publish

NEW = f"/admin/series/{SLUG}/moments/new"


def title(cast: Cast, number: int, words: str) -> None:
    """Gives a moment of the cast another title."""
    with cast.app.app_context():
        label = (1, 1, 2, 3, 4, 4, 5, 5, 6)[number - 1]
        edit_moment(COMMAND_LINE, cast.public[f"moment{number}"], MomentText(words, "", None, label))


def filled(page: TestResponse, name: str) -> str:
    """What a field of a form holds."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def accept(cast: Cast, public_id: str, **changes: str) -> str:
    """Publishes a suggestion as an admin does; returns the page of the moment for fans."""
    dana, path = cast.browser("dana"), f"{NEW}?suggestion={public_id}"
    form = dana.get(path)
    sent = {
        "title": filled(form, "title"),
        "description": "It goes dark.",
        "teaser": "Dark",
        "episode": "2",
        "suggestion": public_id,
    }
    sent |= changes
    assert publish(dana, NEW, sent).status_code == 303
    return sent["title"]


# Finding the way and sending


def test_a_fan_finds_the_way_from_the_ranking_the_pool_and_a_moment(cast: Cast) -> None:
    bob = cast.browser("bob")
    for path in ("", "/list", f"/moments/{cast.public['moment1']}"):
        assert f'href="{SUGGESTIONS}"' in bob.get(f"/series/{SLUG}{path}").text, path


def test_a_suggestion_waits_and_its_author_reads_so(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert suggest(bob).location == SUGGESTIONS
    page = bob.get(SUGGESTIONS)
    assert suggested(page) == [("The lantern breaks", "waiting")]
    assert "The whole coast goes dark." in page.text
    assert waiting_titles(cast) == ["The lantern breaks"]


def test_a_visitor_is_asked_to_log_in_and_keeps_their_place(cast: Cast) -> None:
    assert "Make an account" in cast.browser().get(SUGGESTIONS).text
    assert suggest(cast.browser()).location == f"/login?next={SUGGESTIONS}"


def test_one_suggests_moments_of_episodes_one_has_seen(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert [int(one) for one in re.findall(r'<option value="(\d+)">S', episodes_of(bob.get(SUGGESTIONS).text))] == [
        *(4, 3, 2, 1)
    ]
    for unseen in ("5", "0", "99", "x", ""):
        assert suggest(bob, episode=unseen).status_code == 422
    assert "First an episode" in cast.browser("cy").get(SUGGESTIONS).text
    assert suggest(cast.browser("cy")).status_code == 422
    assert ids_of(cast, Suggestion) == []


def episodes_of(page: str) -> str:
    return page[page.index('id="wish-episode"') :]


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"title": "x" * 121}, {"title": "\u202eevil"}, {"text": " "}, {"text": "x" * 501}]
)
def test_a_suggestion_that_does_not_fit_is_not_sent_and_its_words_are_kept(cast: Cast, wrong: dict[str, str]) -> None:
    answer = suggest(cast.browser("bob"), **{"text": "Kept words", **wrong})
    assert answer.status_code == 422
    assert ("Kept words" in answer.text) == ("text" not in wrong)
    assert ids_of(cast, Suggestion) == []


def test_the_same_suggestion_sent_twice_is_there_once(cast: Cast) -> None:
    bob = cast.browser("bob")
    assert [suggest(bob).status_code for _ in range(2)] == [303, 303]
    assert len(ids_of(cast, Suggestion)) == 1


def test_a_suggestion_is_taken_back_while_it_waits(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    (public_id,) = ids_of(cast, Suggestion)
    back = f"{SUGGESTIONS}/{public_id}/withdraw"
    assert cast.browser("ada").post(back).status_code == 409
    assert bob.post(back).status_code == 303
    assert suggested(bob.get(SUGGESTIONS)) == []
    assert waiting_titles(cast) == []
    assert bob.post(back).status_code == 409
    assert decide(cast, "suggestions", public_id, "decline", reason="Too late").status_code in (404, 409)


def test_too_many_suggestions_are_refused_and_nothing_typed_is_lost(cast: Cast) -> None:
    cast.app.config["SUGGESTION_LIMIT"] = "2 per hour"
    bob = cast.browser("bob")
    for number in range(2):
        assert suggest(bob, title=f"Lantern {number} breaks").status_code == 303
    assert suggest(bob, title="").status_code == 422  # what is not sent is not counted
    refused = suggest(bob, title="A third lantern", text="Kept words")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3_600
    assert "Kept words" in refused.text
    assert "A third lantern" in refused.text
    assert "What you wrote is still here" in refused.text
    assert suggest(cast.browser("ada")).status_code == 303
    assert len(ids_of(cast, Suggestion)) == 3


# What is there already


def test_a_moment_with_nearly_this_title_is_pointed_out_and_in_nobodys_way(cast: Cast) -> None:
    title(cast, 1, "L'Étoile filante")
    bob = cast.browser("bob")
    asked = suggest(bob, title="ETOILE  FILANTE")
    assert asked.status_code == 200
    assert "Is it this one?" in asked.text
    assert f"/moments/{cast.public['moment1']}" in asked.text
    assert ids_of(cast, Suggestion) == []
    looked = re.search(r'name="looked" value="([^"]+)"', asked.text)
    assert looked is not None
    assert suggest(bob, title="ETOILE  FILANTE", looked=looked[1]).status_code == 303
    assert suggested(bob.get(SUGGESTIONS)) == [("ETOILE FILANTE", "waiting")]


def test_a_moment_is_pointed_out_while_one_types(cast: Cast) -> None:
    title(cast, 1, "The lamp goes out")
    found = cast.browser("bob").htmx("POST", f"{SUGGESTIONS}/alike", {"title": "lamp out"}).text
    assert "The lamp goes out" in found
    assert found.lstrip().startswith('<div class="alike" id="alike"')


def test_a_hidden_moment_is_never_pointed_out(cast: Cast) -> None:
    title(cast, 9, "The keeper was dead all along")
    bob, ada = cast.browser("bob"), cast.browser("ada")
    asked = {"title": "The keeper was dead all along"}
    assert "dead all along" in ada.htmx("POST", f"{SUGGESTIONS}/alike", asked).text
    hidden = bob.htmx("POST", f"{SUGGESTIONS}/alike", asked).text
    assert hidden == bob.htmx("POST", f"{SUGGESTIONS}/alike", {"title": "Quite another"}).text
    assert suggest(ada, **asked).status_code == 200
    assert suggest(bob, **asked).status_code == 303


def test_a_draft_is_not_pointed_out(cast: Cast) -> None:
    with cast.app.app_context():
        draft_moment(COMMAND_LINE, SLUG, MomentText("The lantern breaks", "", None, 1))
    assert suggest(cast.browser("bob")).status_code == 303


# What becomes of it


def test_an_accepted_suggestion_is_published_and_leads_its_author_to_the_moment(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    (public_id,) = ids_of(cast, Suggestion)
    accept(cast, public_id)
    page = bob.get(SUGGESTIONS)
    assert suggested(page) == [("The lantern breaks", "in the ranking")]
    (address,) = set(re.findall(rf'href="(/series/{SLUG}/moments/[0-9a-f]+)"', page.text))
    assert "The lantern breaks" in bob.get(address).text
    assert "The lantern breaks" in bob.get(f"/series/{SLUG}").text
    assert "The lantern breaks" not in cast.browser("cy").get(f"/series/{SLUG}").text
    assert newest_deed(cast)[0] == "suggestion.accepted"


def test_the_form_for_accepting_holds_what_the_fan_wrote_and_its_preview(cast: Cast) -> None:
    suggest(cast.browser("bob"))
    (public_id,) = ids_of(cast, Suggestion)
    form = cast.browser("dana").get(f"{NEW}?suggestion={public_id}")
    assert filled(form, "title") == "The lantern breaks"
    assert "The whole coast goes dark." in form.text
    assert '<option selected value="2">' in form.text
    assert "Unlocks after S1·E2" in form.text
    assert field(form, "suggestion") == public_id
    assert cast.browser("dana").get(f"{NEW}?suggestion=0123456789ab").status_code == 404


def test_a_suggestion_kept_as_a_draft_waits_until_that_is_published(cast: Cast) -> None:
    bob, dana = cast.browser("bob"), cast.browser("dana")
    suggest(bob)
    (public_id,) = ids_of(cast, Suggestion)
    words = {"title": "The lantern breaks", "description": "", "teaser": "Dark", "episode": "2"}
    draft = dana.post(NEW, {**words, "do": "draft", "suggestion": public_id}).location
    assert suggested(bob.get(SUGGESTIONS)) == [("The lantern breaks", "waiting")]
    assert waiting_titles(cast) == []
    assert publish(dana, draft, words).status_code == 303
    assert suggested(bob.get(SUGGESTIONS)) == [("The lantern breaks", "in the ranking")]


def test_of_two_who_accept_at_once_the_second_is_told(cast: Cast) -> None:
    suggest(cast.browser("bob"))
    (public_id,) = ids_of(cast, Suggestion)
    dana = cast.browser("dana")
    words = {
        "title": "The lantern breaks",
        "description": "",
        "teaser": "Dark",
        "episode": "2",
        "suggestion": public_id,
    }
    assert dana.post(NEW, {**words, "do": "draft"}).status_code == 303
    second = dana.post(NEW, {**words, "do": "draft"})
    assert second.status_code == 409
    assert "The lantern breaks" in second.text


def test_a_declined_suggestion_says_why_to_its_author_alone(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    (public_id,) = ids_of(cast, Suggestion)
    assert decide(cast, "suggestions", public_id, "decline", reason=" ").status_code == 422
    assert decide(cast, "suggestions", public_id, "decline", reason="x" * 281).status_code == 422
    assert decide(cast, "suggestions", public_id, "decline", reason="It is only a trailer").status_code == 303
    page = bob.get(SUGGESTIONS)
    assert suggested(page) == [("The lantern breaks", "not taken")]
    assert "It is only a trailer" in page.text
    assert "trailer" not in cast.browser("ada").get(SUGGESTIONS).text
    assert decide(cast, "suggestions", public_id, "decline", reason="Again").status_code == 409


def test_a_merged_suggestion_leads_its_author_to_the_moment_it_is_the_same_as(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    (public_id,) = ids_of(cast, Suggestion)
    assert decide(cast, "suggestions", public_id, "merge", into="0123456789ab").status_code == 422
    assert decide(cast, "suggestions", public_id, "merge", into=cast.public["moment3"]).status_code == 303
    page = bob.get(SUGGESTIONS)
    assert suggested(page) == [("The lantern breaks", "there already")]
    assert "it is “<a" in page.text
    assert "SecretTitle3" in page.text


def test_whether_a_hidden_moment_of_that_title_exists_cannot_be_learned_from_a_decision(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    waiting = bob.get(SUGGESTIONS).text
    (public_id,) = ids_of(cast, Suggestion)
    decide(cast, "suggestions", public_id, "merge", into=cast.public["moment9"])
    masked = bob.get(SUGGESTIONS).text
    assert suggested(bob.get(SUGGESTIONS)) == [("The lantern breaks", "waiting")]
    assert len(masked) == len(waiting) or abs(len(masked) - len(waiting)) < 300  # a message that was read once
    cast.declare("bob", 6)
    assert suggested(bob.get(SUGGESTIONS)) == [("The lantern breaks", "there already")]


def test_one_that_is_decided_behind_ones_back_can_still_be_taken_back(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    (public_id,) = ids_of(cast, Suggestion)
    decide(cast, "suggestions", public_id, "merge", into=cast.public["moment9"])
    assert suggest(bob).status_code == 303  # sent again it is the same one, as one that waits would be
    assert len(ids_of(cast, Suggestion)) == 1
    assert bob.post(f"{SUGGESTIONS}/{public_id}/withdraw").status_code == 303
    assert suggested(bob.get(SUGGESTIONS)) == []


def test_one_that_became_a_moment_which_is_retired_says_so(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    (public_id,) = ids_of(cast, Suggestion)
    decide(cast, "suggestions", public_id, "merge", into=cast.public["moment3"])
    with cast.app.app_context():
        retire_moment(COMMAND_LINE, cast.public["moment3"])
    assert suggested(bob.get(SUGGESTIONS)) == [("The lantern breaks", "not ranked any more")]


# Who reads it


def test_ones_own_suggestion_is_locked_again_when_one_goes_back(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob, episode="1")  # of the first episode, but written by somebody who has seen four
    cast.declare("bob", 3)
    page = bob.get(SUGGESTIONS).text
    assert "A suggestion of yours, locked until <b>S1·E4</b>" in page
    for hidden in ("lantern", "coast", ids_of(cast, Suggestion)[0]):
        assert hidden not in page
        assert hidden not in bob.get("/account/export").text
    bob.post("/view", {"view": "sealed"})
    assert "A suggestion of yours" not in bob.get(SUGGESTIONS).text
    cast.declare("bob", 4)
    assert "lantern" in bob.get(SUGGESTIONS).text


def test_nobody_else_reads_a_suggestion_however_far_they_are(cast: Cast) -> None:
    from tests.web.test_canaries import addresses

    suggest(cast.browser("bob"))
    for name in ("ada", "dana", None):
        browser = cast.browser(name)
        for address in addresses(cast):
            if not address.startswith("/admin"):
                assert "lantern" not in browser.get(address).text, address


def test_ones_suggestions_are_in_the_export(cast: Cast) -> None:
    bob = cast.browser("bob")
    suggest(bob)
    decide(cast, "suggestions", ids_of(cast, Suggestion)[0], "decline", reason="It is only a trailer")
    (series,) = bob.get("/account/export").json["series"]
    assert series["suggestions"] == [
        {
            "title": WISH["title"],
            "episode": "S1·E2",
            "text": WISH["text"],
            "state": "declined",
            "reason": "It is only a trailer",
            "moment": None,
        }
    ]
