"""The letters we write: what stands in them, and that they go out behind the request's back."""

from __future__ import annotations

from flask import current_app, flash

from ranker.actions.accounts.emails import email_of, recovery_links
from ranker.mail import Letter, PostOffice

GREETING = "Hello {name},\n\n"
END = "\n\nRanker\n{root}\n"
CONFIRM = (
    "please confirm that this is your address, so that it can bring back a lost password:\n\n"
    "{root}/confirm/{secret}\n\n"
    "The link is good for two days. If you did not give us this address, do nothing, and nothing happens."
)
RECOVER = (
    "somebody, most likely you, asked for a new password. With this link you can choose one:\n\n"
    "{root}/recover/link/{secret}\n\n"
    "It works once, for 30 minutes. If it was not you, do nothing: your password stays as it is."
)
RENAMED = (
    "somebody said of your name here, {old}, that it could give something away to others, or hurt them, and whoever "
    "runs this site agreed. Your account is called {new} for now. You log in with that name, and choose another here, "
    "any but the old one:\n\n{root}/account/name\n\n"
    "Links to your lists have changed with it. Your lists, and all else of yours, are as they were."
)
CHANGED = "{what} If that was you, all is well. If not, ask for a new password at once:\n\n{root}/recover/mail"


def mail_works() -> bool:
    """Whether this site can write letters at all."""
    return post_office().is_open


def post_office() -> PostOffice:
    office: PostOffice = current_app.extensions["post_office"]
    return office


def post_confirmation(name: str, address: str, secret: str) -> None:
    """Sends the link that confirms an address, and says so."""
    letter = Letter(address, "Is this your address?", words(CONFIRM, name, secret=secret))
    post_office().post(lambda: [letter])
    flash(f"We have sent a link to {address}. Open it, and the address can bring back a lost password.")


def post_recovery(address: str) -> None:
    """Sends a link for each account of this address. Whether there is one is looked up only after the answer."""
    root = current_app.config["PUBLIC_URL"]
    post_office().post(
        lambda: [
            Letter(link.address, "A new password", words(RECOVER, link.name, root=root, secret=link.secret))
            for link in recovery_links(address)
        ]
    )


def tell_of(what: str, user_id: int, name: str) -> None:
    """Writes to the confirmed address of an account that something about getting in has changed."""
    email = email_of(user_id)
    if email is not None and email.confirmed and mail_works():
        letter = Letter(email.address, "Your account has changed", words(CHANGED, name, what=what))
        post_office().post(lambda: [letter])


def tell_of_name(user_id: int, old: str, new: str) -> None:
    """Writes to the confirmed address of an account that it got another name. Its own page says so too."""
    email = email_of(user_id)
    if email is not None and email.confirmed and mail_works():
        root = current_app.config["PUBLIC_URL"]
        letter = Letter(email.address, "Your name has changed", words(RENAMED, new, old=old, new=new, root=root))
        post_office().post(lambda: [letter])


def words(text: str, name: str, **values: str) -> str:
    root = values.pop("root", None) or current_app.config["PUBLIC_URL"]
    return (GREETING + text + END).format(name=name, root=root, **values)
