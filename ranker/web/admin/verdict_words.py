"""What is said at the desk once something is decided about a report: on what, and what holds from now on."""

from __future__ import annotations

from ranker.desk.from_fans import DeskReport
from ranker.desk.names import DeskNameReport
from ranker.domain.from_fans import WRITTEN_KINDS, ReportKind, ReportState
from ranker.words import _


def decided(report: DeskReport | DeskNameReport) -> str:
    """The words for a report as it is after the decision."""
    if isinstance(report, DeskNameReport):
        return _of_a_name(report.reported, report.state)
    title = report.moment.title
    if report.state is ReportState.OPEN:
        return _("The report on “%(title)s” waits again, as it did before.", title=title)
    upheld = report.state is ReportState.UPHELD
    if report.kind is ReportKind.EARLY:
        return _of_an_episode(report)
    if report.kind in WRITTEN_KINDS:
        words = _("The note on “%(title)s” is hidden.", title=title)
        return words if upheld else _("The note on “%(title)s” stays.", title=title)
    if upheld:
        return _("“%(title)s”: what was reported is done. It is written down in the audit.", title=title)
    if report.same_as:
        other = report.same_as.title
        return _("“%(title)s” is not the same as “%(other)s”. Both stay as they are.", title=title, other=other)
    return _("Nothing is wrong with “%(title)s”. It stays as it is.", title=title)


def _of_an_episode(report: DeskReport) -> str:
    title, code = report.moment.title, report.moment.episode
    if report.state is ReportState.UPHELD:
        return _("“%(title)s” waits for %(code)s.", title=title, code=code)
    if report.state is ReportState.REVERTED and code == report.was:
        return _("“%(title)s” is back at %(code)s.", title=title, code=code)
    return _("“%(title)s” stays at %(code)s.", title=title, code=code)


def _of_a_name(name: str, state: ReportState) -> str:
    if state is ReportState.OPEN:
        return _("The report on the name “%(name)s” waits again, as it did before.", name=name)
    if state is ReportState.UPHELD:
        return _("The report on the name “%(name)s” is done: the account is called otherwise by now.", name=name)
    return _("The name “%(name)s” stays.", name=name)
