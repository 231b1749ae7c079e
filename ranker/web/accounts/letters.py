"""The letters we write: what stands in them, and that they go out behind the request's back.

Each is in the language its account has chosen; else in that of the page its owner had it written on, or, where the
desk had it written, in English.
"""

from __future__ import annotations

from flask import current_app, flash

from ranker.actions.accounts.emails import RecoveryLink, email_of, recovery_links
from ranker.mail import Letter, PostOffice
from ranker.web.languages import language
from ranker.words import DEFAULT, _, later, said_in

END = "\n\nRanker\n%(root)s\n"
CONFIRM = later(
    "please confirm that this is your address, so that it can bring back a lost password:\n\n"
    "%(root)s/confirm/%(secret)s\n\n"
    "The link is good for two days. If you did not give us this address, do nothing, and nothing happens."
)
RECOVER = later(
    "somebody, most likely you, asked for a new password. With this link you can choose one:\n\n"
    "%(root)s/recover/link/%(secret)s\n\n"
    "It works once, for 30 minutes. If it was not you, do nothing: your password stays as it is."
)
RENAMED = later(
    "somebody said of your name here, %(old)s, that it could give something away to others, or hurt them, and whoever "
    "runs this site agreed. Your account is called %(new)s for now. You log in with that name, and choose another "
    "here, any but the old one:\n\n%(root)s/account/name\n\n"
    "Links to your lists have changed with it. Your lists, and all else of yours, are as they were."
)
CHANGED = later(
    "%(what)s If that was you, all is well. If not, ask for a new password at once:\n\n%(root)s/recover/mail"
)


def mail_works() -> bool:
    """Whether this site can write letters at all."""
    return post_office().is_open


def post_office() -> PostOffice:
    office: PostOffice = current_app.extensions["post_office"]
    return office


def post_confirmation(name: str, chosen: str | None, address: str, secret: str) -> None:
    """Sends the link that confirms an address, and says so."""
    with said_in(chosen or language()):
        letter = Letter(address, _("Is this your address?"), words(CONFIRM, name, secret=secret))
    post_office().post(lambda: [letter])
    flash(
        _(
            "We have sent a link to %(address)s. Open it, and the address can bring back a lost password.",
            address=address,
        )
    )


def post_recovery(address: str) -> None:
    """Sends a link for each account of this address. Whether there is one is looked up only after the answer."""
    here = language()
    post_office().post(lambda: [recovery_letter(link, link.language or here) for link in recovery_links(address)])


def recovery_letter(link: RecoveryLink, spoken: str) -> Letter:
    with said_in(spoken):
        return Letter(link.address, _("A new password"), words(RECOVER, link.name, secret=link.secret))


def tell_of(what: str, user_id: int, name: str) -> None:
    """Writes to the confirmed address of an account that its owner has changed something about getting in.

    what: said `later`, for the letter may be in another language than the page.
    """
    email = email_of(user_id)
    if email is not None and email.confirmed and mail_works():
        with said_in(email.language or language()):
            letter = Letter(email.address, _("Your account has changed"), words(CHANGED, name, what=what))
        post_office().post(lambda: [letter])


def tell_of_name(user_id: int, old: str, new: str) -> None:
    """Writes to the confirmed address of an account that it got another name. Its own page says so too."""
    email = email_of(user_id)
    if email is not None and email.confirmed and mail_works():
        with said_in(email.language or DEFAULT):
            letter = Letter(email.address, _("Your name has changed"), words(RENAMED, new, old=old, new=new))
        post_office().post(lambda: [letter])


def words(text: str, name: str, **values: str) -> str:
    root = current_app.config["PUBLIC_URL"]
    return _("Hello %(name)s,", name=name) + "\n\n" + (str(text) + END) % {"root": root, **values}
