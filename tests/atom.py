"""A reader of Atom that asks for all that RFC 4287 requires of a feed and its entries."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

ATOM, XHTML = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/1999/xhtml}"
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:[\w/.-]+")  # RFC 4151
ONCE = ("id", "title", "updated")


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    updated: dt.datetime
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Feed:
    id: str
    title: str
    updated: dt.datetime
    itself: str
    page: str
    entries: tuple[Entry, ...]

    @property
    def text(self) -> str:
        return "\n".join(line for entry in self.entries for line in entry.lines)


def read_atom(document: bytes) -> Feed:
    assert document.startswith(b"<?xml ")
    root = ElementTree.fromstring(document)
    assert root.tag == f"{ATOM}feed"
    common = required(root)
    assert root.find(f"{ATOM}author/{ATOM}name") is not None  # then entries need none
    entries = tuple(entry_of(one) for one in root.findall(f"{ATOM}entry"))
    ids = [common[0], *(entry.id for entry in entries)]
    assert len(set(ids)) == len(ids)
    assert [entry.updated for entry in entries] == sorted((entry.updated for entry in entries), reverse=True)
    assert all(entry.updated <= common[2] for entry in entries)
    return Feed(*common, link(root, "self"), link(root, "alternate"), entries)


def required(element: Element) -> tuple[str, str, dt.datetime]:
    for name in ONCE:
        assert len(element.findall(f"{ATOM}{name}")) == 1, name
    id, title, updated = (element.findtext(f"{ATOM}{name}") or "" for name in ONCE)
    assert TAG.fullmatch(id), id
    assert title
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", updated)
    return id, title, dt.datetime.fromisoformat(updated)


def entry_of(element: Element) -> Entry:
    assert link(element, "alternate")
    (content,) = element.findall(f"{ATOM}content")
    assert content.get("type") == "xhtml"
    (div,) = content
    assert div.tag == f"{XHTML}div"
    return Entry(*required(element), tuple("".join(line.itertext()) for line in div.iter(f"{XHTML}li")))


def link(element: Element, rel: str) -> str:
    (found,) = (one for one in element.findall(f"{ATOM}link") if one.get("rel") == rel)
    href = found.get("href") or ""
    assert re.match(r"https?://", href)
    return href
