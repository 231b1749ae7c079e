"""What the audit's codes are called where people read it; the database and the exported files keep the codes."""

from __future__ import annotations

from ranker.words import _, later

# By what stands before the dot, in the order of the alphabet.
NOUNS = {
    "account": later("Account"),
    "admin": later("Admin"),
    "curator": later("Curator"),
    "episode": later("Episode"),
    "invite": later("Invite"),
    "list": later("List"),
    "moment": later("Moment"),
    "moments": later("Moments"),
    "name": later("Name"),
    "picture": later("Picture"),
    "report": later("Report"),
    "series": later("Series"),
    "suggestion": later("Suggestion"),
}
DEEDS = {
    "account.disable": later("Account: disable"),
    "account.enable": later("Account: enable"),
    "account.log_out": later("Account: log out"),
    "account.recover": later("Account: recover"),
    "admin.create": later("Admin: create"),
    "admin.grant": later("Admin: grant"),
    "admin.revoke": later("Admin: revoke"),
    "curator.grant": later("Curator: grant"),
    "curator.revoke": later("Curator: revoke"),
    "episode.add": later("Episode: add"),
    "episode.delete": later("Episode: delete"),
    "episode.edit": later("Episode: edit"),
    "episode.insert": later("Episode: insert"),
    "invite.make": later("Invite: make"),
    "invite.revoke": later("Invite: revoke"),
    "list.count": later("List: count"),
    "list.hold": later("List: hold"),
    "list.undo": later("List: undo"),
    "moment.add": later("Moment: add"),
    "moment.draft": later("Moment: draft"),
    "moment.edit": later("Moment: edit"),
    "moment.merge": later("Moment: merge"),
    "moment.publish": later("Moment: publish"),
    "moment.restore": later("Moment: restore"),
    "moment.retire": later("Moment: retire"),
    "moment.too_early": later("Moment: too early"),
    "moments.change": later("Moments: change"),
    "moments.undo": later("Moments: undo"),
    "name.leave": later("Name: leave"),
    "name.reopen": later("Name: reopen"),
    "name.replace": later("Name: replace"),
    "picture.remove": later("Picture: remove"),
    "picture.restore": later("Picture: restore"),
    "picture.set": later("Picture: set"),
    "report.dismiss": later("Report: dismiss"),
    "report.reopen": later("Report: reopen"),
    "report.uphold": later("Report: uphold"),
    "series.add": later("Series: add"),
    "series.delete": later("Series: delete"),
    "series.edit": later("Series: edit"),
    "series.hide": later("Series: hide"),
    "series.import": later("Series: import"),
    "series.import_undo": later("Series: import undo"),
    "series.show": later("Series: show"),
    "suggestion.accepted": later("Suggestion: accepted"),
    "suggestion.declined": later("Suggestion: declined"),
    "suggestion.merged": later("Suggestion: merged"),
    "suggestion.reopen": later("Suggestion: reopen"),
}
FIELDS = {
    "admin": later("admin"),
    "airdate": later("airdate"),
    "applied": later("applied"),
    "ballot_size": later("ballot size"),
    "days": later("days"),
    "description": later("description"),
    "disabled": later("disabled"),
    "draft": later("draft"),
    "episode": later("episode"),
    "episodes": later("episodes"),
    "from_fans": later("from fans"),
    "held": later("held"),
    "lists": later("lists"),
    "moment_id": later("moment id"),
    "moments": later("moments"),
    "name": later("name"),
    "network": later("network"),
    "note": later("note"),
    "notes": later("notes"),
    "number": later("number"),
    "picture": later("picture"),
    "pictures": later("pictures"),
    "position": later("position"),
    "progress": later("progress"),
    "reason": later("reason"),
    "runtime": later("runtime"),
    "season": later("season"),
    "seen": later("seen"),
    "series": later("series"),
    "state": later("state"),
    "status": later("status"),
    "survivor": later("survivor"),
    "teaser": later("teaser"),
    "title": later("title"),
    "uses": later("uses"),
    "vouched": later("vouched"),
    "year": later("year"),
}


def deed(action: str) -> str:
    """What was done; of an action that is done no more, what its code says."""
    return str(DEEDS.get(action) or action.replace(".", ": ").replace("_", " ").capitalize())


def noun(code: str) -> str:
    return str(NOUNS.get(code) or code.capitalize())


def field_name(code: str) -> str:
    """The name of a field; what was imported has the names of what it became in front."""
    kind, _space, key = code.partition(" ")
    match kind if key else "":
        case "episode":
            return _("episode %(code)s", code=key)
        case "moment":
            return _("moment %(code)s", code=key)
        case "series":
            return _("series %(code)s", code=key)
    return str(FIELDS.get(code) or code.replace("_", " "))


def yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")


def who(actor: str) -> str:
    """Whoever did it: what is no account is called by a word that was written down."""
    return {"command line": _("command line"), "somebody who left": _("somebody who left")}.get(actor, actor)
