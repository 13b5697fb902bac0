"""Why: which key serves a home is decided once: the configuration's, else the environment's."""

from __future__ import annotations

from casetally.nights.config import Encryption
from casetally.sealed import Key, key_named, recipients_named


def key_of(asked: Encryption) -> Key | None:
    """The key that opens and seals, where there is one."""
    return key_named(asked.key_file)


def recipients_of(asked: Encryption) -> tuple[str, ...]:
    """For whom to seal; nobody where no key and no recipient is named."""
    return recipients_named(asked.key_file, (asked.recipient,) if asked.recipient else ())
