"""A fan's list as text to paste: plain, as Markdown, and for forums, where each title is behind a spoiler tag.

It is in the reader's language, and `brought.py` knows it again in every one of them.

Whatever a title is made of, it stays behind its tag and pings nobody. Where a forum knows backslashes (Markdown), marks
are escaped by one. Where it does not (BBCode), or looks for its tag before it looks for backslashes (Discord), an
invisible character takes the mark apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ranker.domain.values import LockedMoment, Moment, PublicList
from ranker.words import _, later, marked

APART = "\u200b"  # of no width
MARKS = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>~^&:/]")  # what Reddit, Discord, Discourse and CommonMark all unescape
TOLD_UP_TO = marked("My top %(size)s of %(title)s (told up to %(code)s)")
TOLD_NOTHING = marked("My top %(size)s of %(title)s (nothing of the story is told)")
LOCKED = marked("locked until %(code)s")
LOCKED_BUT_TEASED = marked("locked until %(code)s: %(teaser)s")


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of text says things. tag: what stands before and after a title. limit: how much fits in one post."""

    name: str
    escape: Callable[[str], str]
    tag: tuple[str, str] = ("", "")
    limit: int | None = None

    def line(self, place: int, moment: Moment) -> str:
        """One place of a list."""
        if isinstance(moment, LockedMoment):
            teaser = self.escape(one_line(moment.teaser or ""))
            return f"{place}. {_(LOCKED_BUT_TEASED if teaser else LOCKED, code=moment.unlocks, teaser=teaser)}"
        before, after = self.tag
        return f"{place}. {before}{self.escape(one_line(moment.title))}{after} ({moment.episode})"

    def text(self, shown: PublicList) -> str:
        """A whole list, under a line that says how far it tells of the story."""
        head = _(
            TOLD_UP_TO if shown.shown_to else TOLD_NOTHING,
            size=shown.series.ballot_size,
            title=self.escape(one_line(shown.series.title)),
            code=shown.shown_to,
        )
        lines = [self.line(place, moment) for place, moment in enumerate(shown.entries, 1)]
        return "\n".join([head, "", *lines]) + "\n"


def one_line(text: str) -> str:
    return " ".join(text.split())


def as_it_is(text: str) -> str:
    return text


def in_markdown(text: str) -> str:
    return MARKS.sub(r"\\\g<0>", text).replace("@", f"@{APART}")


def in_discord(text: str) -> str:
    return in_markdown(text).replace("|", f"|{APART}")


def in_bbcode(text: str) -> str:
    apart = text.replace("[", f"[{APART}").replace("@", f"@{APART}")
    return apart + APART if apart.endswith("\\") else apart  # some forums know backslashes, too


# By what the file is called that each of them is downloaded as.
STYLES: Mapping[str, Style] = {
    "reddit.txt": Style("Reddit", in_markdown, (">!", "!<")),
    "discord.txt": Style("Discord", in_discord, ("||", "||"), 2_000),
    "discourse.txt": Style("Discourse", in_markdown, ("[spoiler]", "[/spoiler]")),
    "bbcode.txt": Style("BBCode", in_bbcode, ("[spoiler]", "[/spoiler]")),
    "list.md": Style("Markdown", in_markdown),
    "list.txt": Style(later("Plain text"), as_it_is),
}
