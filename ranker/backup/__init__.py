"""Everything a site is made of as one file, taken while people save, and put back whole or not at all."""

from __future__ import annotations

from ranker.backup.archive import BackupRefused, Manifest
from ranker.backup.making import make_backup
from ranker.backup.restoring import Restoring, open_backup

__all__ = ["BackupRefused", "Manifest", "Restoring", "make_backup", "open_backup"]
