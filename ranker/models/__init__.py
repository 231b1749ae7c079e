"""The tables. Columns that can spoil are deferred and refuse to load by themselves: only the gate selects them."""

from ranker.models.accounts import ApiToken, Invite, OneTimeToken, Passkey, RecoveryCode, TakenName, User, UserSession
from ranker.models.ballots import COUNTED, BallotChange, SavedBallot, StandingSnapshot, TallySnapshot
from ranker.models.base import Base, new_public_id, now
from ranker.models.catalogue import (
    PROPOSED,
    PUBLISHED,
    RETIRED,
    DeletedSeries,
    Episode,
    Moment,
    Picture,
    Renumbering,
    Series,
)
from ranker.models.desk import AuditEntry, Curator, WaitingImport, WaitingSeries
from ranker.models.fans import MetMoment, Note, PrivateFeed, Progress, Report, SharedList, Suggestion
from ranker.models.packing import PACKED_ID, PackedBallot

__all__ = [
    "COUNTED",
    "PACKED_ID",
    "PROPOSED",
    "PUBLISHED",
    "RETIRED",
    "ApiToken",
    "AuditEntry",
    "BallotChange",
    "Base",
    "Curator",
    "DeletedSeries",
    "Episode",
    "Invite",
    "MetMoment",
    "Moment",
    "Note",
    "OneTimeToken",
    "PackedBallot",
    "Passkey",
    "Picture",
    "PrivateFeed",
    "Progress",
    "RecoveryCode",
    "Renumbering",
    "Report",
    "SavedBallot",
    "Series",
    "SharedList",
    "StandingSnapshot",
    "Suggestion",
    "TakenName",
    "TallySnapshot",
    "User",
    "UserSession",
    "WaitingImport",
    "WaitingSeries",
    "new_public_id",
    "now",
]
