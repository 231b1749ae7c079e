"""A lost password is not the end: by a code from paper, by a link in a letter, or by whoever runs the site."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from ranker.actions.accounts.closing import disable_account
from ranker.actions.accounts.codes import make_codes
from ranker.actions.accounts.emails import change_email, confirm_email
from ranker.actions.accounts.sessions import end_sessions
from ranker.actions.audit import COMMAND_LINE
from ranker.config import settings
from ranker.database import writing
from ranker.environment import BadSetting
from ranker.extensions import db
from ranker.mail import SmtpServer
from ranker.models import OneTimeToken, RecoveryCode, now
from ranker.words import _ as translated
from ranker.words import said_in
from tests.cast import PASSWORD, Browser, Cast
from tests.letters import SENDER, LetterBox, letter_box
from tests.worlds.walk import body_of

NEW = "a brand new password"
ADDRESS = "bob@example.org"


def confirmed(cast: Cast, name: str) -> Browser:
    """Somebody of the cast who has just said again who they are."""
    browser = cast.browser(name)
    assert browser.post("/account/confirm", {"password": PASSWORD}).status_code == 303
    return browser


def codes_of(cast: Cast, name: str) -> tuple[str, ...]:
    with cast.app.app_context():
        return make_codes(cast.users[name])


def recover(cast: Cast, code: str, name: str = "bob", password: str = NEW) -> int:
    return cast.browser().post("/recover", {"name": name, "code": code, "password": password}).status_code


def may_log_in(cast: Cast, password: str) -> bool:
    return cast.browser().post("/login", {"name": "bob", "password": password}).status_code == 303


# Codes


def test_a_code_sets_a_new_password_once_and_ends_all_sessions(cast: Cast) -> None:
    code, other = codes_of(cast, "bob")[:2]
    elsewhere, back_in = cast.browser("bob"), cast.browser()
    answer = back_in.post("/recover", {"name": "bob", "code": code, "password": NEW})
    assert answer.location == "/account"
    assert "7 left" in back_in.get("/account").text
    assert elsewhere.get("/account").status_code == 303
    assert may_log_in(cast, NEW)
    assert not may_log_in(cast, PASSWORD)
    assert recover(cast, code) == 422
    assert recover(cast, other) == 303


def test_a_code_may_be_written_as_people_write(cast: Cast) -> None:
    for code, write in zip(
        codes_of(cast, "bob"),
        (str.lower, lambda text: text.replace("-", " "), lambda text: text.replace("0", "o").replace("1", "l")),
        strict=False,
    ):
        assert recover(cast, write(code)) == 303


def test_a_wrong_code_and_an_unknown_name_are_told_the_same(cast: Cast) -> None:
    codes_of(cast, "bob")
    answers = [
        cast.browser().htmx("POST", "/recover", {"name": name, "code": code, "password": NEW})
        for name, code in (("bob", "AAAA-AAAA-AAAA-AAAA"), ("bot", "AAAA-AAAA-AAAA-AAAA"))
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert body_of(answers[0]).replace("bob", "bot") == body_of(answers[1])
    assert recover(cast, codes_of(cast, "ada")[0]) == 422


def test_a_password_that_does_not_fit_spends_no_code(cast: Cast) -> None:
    code = codes_of(cast, "bob")[0]
    assert recover(cast, code, password="short") == 422
    assert recover(cast, code) == 303


def test_only_hashes_of_codes_are_kept_and_new_ones_replace_the_old(cast: Cast) -> None:
    old = codes_of(cast, "bob")
    with cast.app.app_context():
        kept = b"".join(map(bytes, db.session.scalars(select(RecoveryCode.code_hash))))
    assert not any(code.encode() in kept or code.replace("-", "").encode() in kept for code in old)
    bob = confirmed(cast, "bob")
    made = re.findall(r'codes__one">([0-9A-Z-]{19})<', bob.post("/account/codes").text)
    assert len(set(made)) == 8
    assert recover(cast, old[0]) == 422
    assert recover(cast, made[0]) == 303


def test_few_codes_left_is_said_on_the_account_page(cast: Cast) -> None:
    assert "a lost password is lost for good" in cast.browser("bob").get("/account").text
    codes = codes_of(cast, "bob")
    assert "8 left" in cast.browser("bob").get("/account").text
    for code in codes[:6]:
        recover(cast, code)
    assert "before they run out" in cast.browser("bob").get("/account").text


# Letters


@pytest.fixture
def box(cast: Cast) -> Iterator[LetterBox]:
    with letter_box(cast.app) as box:
        yield box


def arrived(cast: Cast) -> None:
    cast.app.extensions["post_office"].wait()


def with_address(cast: Cast, name: str = "bob", address: str = ADDRESS) -> None:
    with cast.app.app_context():
        confirm_email(change_email(cast.users[name], address))


def test_a_link_in_a_letter_sets_a_new_password_once(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    elsewhere = cast.browser("bob")
    answer = cast.browser().post("/recover/mail", {"email": "BOB@example.org"})
    arrived(cast)
    link = box.newest_link(ADDRESS)
    assert box.letters[0]["From"] == SENDER
    assert cast.browser().get(link).status_code == 200
    assert cast.browser().get(link).status_code == 200  # some programs open every link there is
    assert cast.browser().post(link, {"password": "short"}).status_code == 422
    assert cast.browser().post(link, {"password": NEW}).location == "/account"
    assert cast.browser().get(link).status_code == 404
    assert cast.browser().post(link, {"password": PASSWORD}).status_code == 404
    assert elsewhere.get("/account").status_code == 303
    assert may_log_in(cast, NEW)
    assert "If an account has confirmed this address" in answer.text


def test_what_is_no_address_is_said_to_be_none(cast: Cast) -> None:
    cast.app.config.update(SMTP=SmtpServer.at("smtp+plain://127.0.0.1:1", SENDER), PUBLIC_URL="https://x.example")
    for address in ("", "bob", "bob@"):
        answer = cast.browser().post("/recover/mail", {"email": address})
        assert answer.status_code == 422
        assert "We cannot write to this address." in answer.text


def test_known_unknown_and_unconfirmed_addresses_get_the_same_answer_and_only_one_a_letter(
    cast: Cast, box: LetterBox
) -> None:
    with_address(cast)
    with cast.app.app_context():
        change_email(cast.users["ada"], "ada@example.org")
    addresses = (ADDRESS, "nob@example.org", "ada@example.org")
    answers = [cast.browser().htmx("POST", "/recover/mail", {"email": address}) for address in addresses]
    arrived(cast)
    bodies = {answer.text.replace(address, "") for answer, address in zip(answers, addresses, strict=True)}
    assert len(bodies) == 1
    assert [letter["To"] for letter in box.letters] == [ADDRESS]


def test_nothing_is_looked_up_before_the_answer(cast: Cast) -> None:
    """A server that does not answer at all: whoever asks does not wait for it."""
    cast.app.config.update(SMTP=SmtpServer.at("smtp+plain://127.0.0.1:1", SENDER), PUBLIC_URL="https://x.example")
    with_address(cast)
    took = {}
    for address in (ADDRESS, "nob@example.org"):
        begun = time.perf_counter()
        assert cast.browser().post("/recover/mail", {"email": address}).status_code == 200
        took[address] = time.perf_counter() - begun
    assert max(took.values()) < 2
    arrived(cast)


def test_a_link_is_good_for_thirty_minutes_and_only_its_hash_is_kept(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    cast.browser().post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    link = box.newest_link(ADDRESS)
    with cast.app.app_context(), writing() as session:
        kept = session.scalars(select(OneTimeToken)).one()
        assert link.rpartition("/")[2].encode() not in bytes(kept.token_hash)
        assert dt.timedelta(minutes=29) < kept.expires_at - now() <= dt.timedelta(minutes=30)
        session.execute(update(OneTimeToken).values(expires_at=now() - dt.timedelta(seconds=1)))
    assert cast.browser().get(link).status_code == 404
    assert cast.browser().post(link, {"password": NEW}).status_code == 404


def test_neither_a_link_nor_a_code_opens_a_closed_account(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    code = codes_of(cast, "bob")[0]
    cast.browser().post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    with cast.app.app_context():
        disable_account(COMMAND_LINE, cast.users["bob"])
    assert cast.browser().post(box.newest_link(ADDRESS), {"password": NEW}).status_code == 404
    assert recover(cast, code) == 422
    cast.browser().post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    assert len(box.letters) == 1


def test_a_link_for_one_thing_is_not_good_for_another(cast: Cast, box: LetterBox) -> None:
    with cast.app.app_context():
        secret = change_email(cast.users["bob"], ADDRESS)
    assert cast.browser().get(f"/recover/link/{secret}").status_code == 404
    assert cast.browser().get(f"/confirm/{secret}").status_code == 200


def hello(cast: Cast, language: str) -> str:
    with cast.app.app_context(), said_in(language):
        return translated("Hello %(name)s,", name="bob")


def test_who_got_back_in_is_welcomed_in_the_language_of_the_account(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    cast.browser("bob").post("/language", {"language": "ko"})
    stranger = cast.browser()
    stranger.post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    answer = stranger.post(box.newest_link(ADDRESS), {"password": "another long password here"})
    assert answer.location == "/account"
    welcomed = stranger.get("/account").text
    with cast.app.app_context(), said_in("ko"):
        assert translated("You have a new password, and you are logged in here and nowhere else.") in welcomed


@pytest.mark.parametrize(("chosen", "asked", "spoken"), [("ko", "en", "ko"), ("", "ko", "ko"), ("", "en", "en")])
def test_letters_are_in_the_language_of_the_account_or_else_of_the_page(
    cast: Cast, box: LetterBox, chosen: str, asked: str, spoken: str
) -> None:
    with_address(cast)
    bob, page = confirmed(cast, "bob"), {"Accept-Language": asked}
    bob.post("/language", {"language": chosen})
    bob.post("/account/codes", headers=page)
    cast.browser().post("/recover/mail", {"email": ADDRESS}, headers=page)
    arrived(cast)  # before the address is another
    bob.post("/account/email", {"email": "other@example.org"}, headers=page)
    arrived(cast)
    letters = [letter.get_content() for letter in box.letters]  # type: ignore[attr-defined]
    assert len(letters) == 4
    assert all(letter.startswith(hello(cast, spoken)) for letter in letters)


def test_nobodys_letter_box_is_filled(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    for _ in range(6):
        cast.browser().post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    assert len(box.letters) == 3


def test_an_address_brings_back_a_password_only_once_it_is_confirmed(cast: Cast, box: LetterBox) -> None:
    bob = confirmed(cast, "bob")
    assert "We have sent a link" in bob.get(bob.post("/account/email", {"email": ADDRESS}).location).text
    cast.browser().post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    assert len(box.letters) == 1
    link = box.newest_link(ADDRESS)
    assert cast.browser().get(link).status_code == 200
    assert "Not confirmed yet" in bob.get("/account").text
    cast.browser().post(link)
    assert "Not confirmed yet" not in bob.get("/account").text
    cast.browser().post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    assert len(box.letters) == 2


def test_the_link_to_an_address_that_was_replaced_confirms_nothing(cast: Cast, box: LetterBox) -> None:
    with cast.app.app_context():
        old = change_email(cast.users["bob"], ADDRESS)
        change_email(cast.users["bob"], "new@example.org")
    assert cast.browser().post(f"/confirm/{old}").status_code == 404
    assert "Not confirmed yet" in cast.browser("bob").get("/account").text


def test_registering_with_an_address_sends_the_link_and_shows_no_codes(cast: Cast, box: LetterBox) -> None:
    eve = cast.browser()
    answer = eve.post("/register", {"name": "eve", "password": PASSWORD, "email": "eve@example.org"})
    assert answer.status_code == 303
    arrived(cast)
    assert box.newest_link("eve@example.org").startswith("/confirm/")


@pytest.mark.parametrize(
    "address", ["nonsense", "eve@", "@x.org", "eve@x", "eve@x.org\nBcc: all@x.org", "é@x.org", "e" * 250 + "@x.org"]
)
def test_an_address_nobody_could_write_to_is_refused_beside_its_field(cast: Cast, box: LetterBox, address: str) -> None:
    answer = cast.browser().post("/register", {"name": "eve", "password": PASSWORD, "email": address})
    assert answer.status_code == 422
    assert "cannot write to this address" in answer.text
    assert cast.browser().post("/login", {"name": "eve", "password": PASSWORD}).status_code == 422


def test_the_owner_is_told_by_letter_when_something_about_getting_in_changes(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    bob = confirmed(cast, "bob")
    bob.post("/account/codes")
    bob.post("/account/email", {"email": "new@example.org"})
    arrived(cast)
    told = " ".join(box.texts_to(ADDRESS))
    assert "New recovery codes" in told
    assert "e-mail address was changed" in told
    assert "/confirm/" not in told


def test_nobody_else_sees_an_address(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    cast.rank("bob", 1, 2)
    for who in ("ada", None):
        for path in ("/", "/series/the-lighthouse", "/fans/bob/the-lighthouse"):
            assert ADDRESS not in cast.browser(who).get(path).text


def test_without_a_server_there_is_nothing_of_e_mail(cast: Cast) -> None:
    assert cast.browser().get("/recover/mail").status_code == 404
    assert "mail" not in cast.browser().get("/recover").text
    assert 'name="email"' not in cast.browser().get("/register").text
    assert confirmed(cast, "bob").get("/account/email").status_code == 404


# Settings, and whoever runs the site


def test_the_settings_for_letters_are_checked(tmp_path) -> None:  # type: ignore[no-untyped-def]
    base = {"RANKER_DATA_DIR": str(tmp_path)}
    complete = {**base, "RANKER_MAIL_FROM": SENDER, "RANKER_PUBLIC_URL": "https://ranker.example/"}
    (tmp_path / "smtp").write_text("smtps://user:p%40ss@mail.example\n")
    server = settings({**complete, "RANKER_SMTP_URL_FILE": str(tmp_path / "smtp")})["SMTP"]
    assert (server.scheme, server.host, server.port) == ("smtps", "mail.example", 465)
    assert (server.user, server.password) == ("user", "p@ss")
    for wrong in (
        {**base, "RANKER_SMTP_URL": "smtp://mail.example"},
        {**complete, "RANKER_SMTP_URL": "http://mail.example"},
        {**complete, "RANKER_PUBLIC_URL": "ranker.example"},
        {**base, "RANKER_SESSION_IDLE": "soon"},
    ):
        with pytest.raises(BadSetting, match="RANKER_"):
            settings(wrong)


def test_a_server_that_offers_no_encryption_is_handed_nothing(cast: Cast, box: LetterBox) -> None:
    with_address(cast)
    plain: SmtpServer = cast.app.config["SMTP"]
    cast.app.config["SMTP"] = SmtpServer.at(f"smtp://{plain.host}:{plain.port}", SENDER)
    cast.browser().post("/recover/mail", {"email": ADDRESS})
    arrived(cast)
    assert not box.letters


def test_whoever_runs_the_site_can_hand_out_a_link_and_close_an_account(cast: Cast) -> None:
    run = cast.app.test_cli_runner().invoke
    link = run(args=["account", "recover", "BOB"]).stdout.strip().partition(":5000")[2]
    assert cast.browser().post(link, {"password": NEW}).status_code == 303
    assert may_log_in(cast, NEW)
    run(args=["account", "disable", "bob"])
    assert not may_log_in(cast, NEW)
    run(args=["account", "enable", "bob"])
    assert may_log_in(cast, NEW)
    assert run(args=["account", "recover", "nobody"]).exit_code == 1


def test_ending_sessions_ends_no_codes(cast: Cast) -> None:
    code = codes_of(cast, "bob")[0]
    with cast.app.app_context():
        end_sessions(cast.users["bob"])
    assert recover(cast, code) == 303
