"""What a browser says it is, in the few words that tell one's own devices apart."""

from __future__ import annotations

from ranker.words import _, later

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": later("an iPhone"),
    "iPad": later("an iPad"),
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": later("a Mac"),
    "Linux": "Linux",
}


def device(agent: str) -> str:
    """ "Firefox on Windows", from the header in which every browser claims to be every other."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), _("A browser"))
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), None)
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser
