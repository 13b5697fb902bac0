"""Why: a backup is known by its name, which says when it was made, so that the newest is found without a key."""

from __future__ import annotations

import datetime as dt
import re

from casetally.sealed import SEALED

_NAMED = "casetally-backup-%Y-%m-%d-%H%M%S.zip" + SEALED
_NAME = re.compile(r"casetally-backup-\d{4}-\d{2}-\d{2}-\d{6}\.zip\.age")
OWNER = ".casetally-backups.json"  # in a folder for backups: of which home they are
HALF_WRITTEN = ".casetally-backup-*.writing-*"  # what a killed backup leaves


def backup_name(when: dt.datetime) -> str:
    """The name of a backup made at a time, in UTC."""
    return when.astimezone(dt.UTC).strftime(_NAMED)


def is_a_backup(name: str) -> bool:
    """Whether a file's name is that of a backup."""
    return made_at(name) is not None


def made_at(name: str) -> dt.datetime | None:
    """When the backup of this name was made; None for another file."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return dt.datetime.strptime(name, _NAMED).replace(tzinfo=dt.UTC)
    except ValueError:  # the 31st of June
        return None
