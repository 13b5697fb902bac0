"""Why: what is told of children and leaves the store is sealed, so that a lost stick or a share open to all tells nobody anything.

Sealing is age (age-encryption.org) with X25519 keys: the public half (`age1…`, a recipient) seals, and only the secret half opens.
A machine that is given a recipient alone can seal and never open. The secret half stands in no message, log or `repr`.
"""

from __future__ import annotations

import hmac
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from casetally.errors import CallError, InputError, Place
from casetally.owner_only import BEYOND_THE_OWNER, permissions_hold, settle_name

SEALED = ".age"  # how the name of a sealed file ends
KEY, KEY_FILE, RECIPIENT = "CASETALLY_KEY", "CASETALLY_KEY_FILE", "CASETALLY_RECIPIENT"  # in the environment
_SECRET_BEGINS = "AGE-SECRET-KEY-"  # noqa: S105 - what keys begin with, and no key
_BEGINS = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")
_LONGEST_KEY_FILE = 64 * 1024
_BEYOND_THE_GROUP = 0o007
_MAKE_ONE = "Make a key with: casetally key NEW_FILE. Then name it with --key, or in CASETALLY_KEY_FILE."


@dataclass(frozen=True, repr=False)
class Key:
    """The secret half of a key. What it shows of itself is its public half."""

    _secret: str

    @staticmethod
    def made() -> Key:
        """A new key, of the system's randomness."""
        from pyrage import x25519

        return Key(str(x25519.Identity.generate()))

    @property
    def recipient(self) -> str:
        """The public half, `age1…`: whoever has it can seal for this key."""
        return str(self._identity().to_public())

    def database_key(self) -> str:
        """A key for DuckDB's own encryption as 64 hex digits, made from this one; from it nobody comes back to this one."""
        return hmac.new(b"casetally database key 1", self._secret.encode(), "sha256").hexdigest()

    def as_file(self) -> str:
        """What a key file holds, as age's own tools write and read it."""
        return f"# public key: {self.recipient}\n{self._secret}\n"

    def _identity(self) -> Any:
        from pyrage import x25519

        return x25519.Identity.from_str(self._secret)

    def __repr__(self) -> str:
        return f"Key of {self.recipient}"


class _Reads(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Writes(Protocol):
    def write(self, data: bytes, /) -> int: ...


def key_named(path: Path | None) -> Key | None:
    """The key in a file, else the one that the environment holds (CASETALLY_KEY) or names (CASETALLY_KEY_FILE), else None.

    Raises CallError for a file that can't be read, is open to others than its owner, or holds no key; it shows nothing of it.
    """
    if path is not None:
        return _key_in(path)
    held, named = os.environ.get(KEY), os.environ.get(KEY_FILE)
    if held and named:
        raise CallError(
            f"Both {KEY} and {KEY_FILE} are set.", hint="Keep one of them, so that it is plain which counts."
        )
    if held:
        return _read_key(held, KEY)
    return _key_in(Path(named)) if named else None


def key_needed(path: Path | None, for_what: str) -> Key:
    """The key as `key_named` finds it. Raises CallError where there is none; `for_what` begins it: 'Opening a file'."""
    found = key_named(path)
    if found is None:
        raise CallError(f"{for_what} needs a key.", hint=f"Name its file with --key, or in {KEY_FILE}.")
    return found


def recipients_named(key: Path | None = None, recipients: Sequence[str] = ()) -> tuple[str, ...]:
    """For whom to seal: the recipients given and that of the key file; where neither is given, the environment's; else nobody.

    The environment's recipients (CASETALLY_RECIPIENT, several with a space between) count before its key. Raises CallError
    for what is no recipient, and for a key as `key_named` does.
    """
    if recipients or key is not None:
        own = [_key_in(key).recipient] if key is not None else []
        return must_be_recipients([*recipients, *own])
    named = os.environ.get(RECIPIENT, "").replace(",", " ").split()
    if named:
        return must_be_recipients(named)
    found = key_named(None)
    return (found.recipient,) if found else ()


def recipients_needed(key: Path | None, recipients: Sequence[str], for_what: str) -> tuple[str, ...]:
    """As `recipients_named`. Raises CallError where there is nobody to seal for. `for_what` begins the sentence: 'Case lists'."""
    found = recipients_named(key, recipients)
    if not found:
        raise CallError(f"{for_what} are sealed, and nobody is named who can open them.", hint=_MAKE_ONE)
    return found


def must_be_recipients(texts: Sequence[str]) -> tuple[str, ...]:
    """The recipients, each once. Raises CallError for what is none; a secret key that was put there by mistake is not shown."""
    from pyrage import RecipientError, x25519

    for text in texts:
        if text.upper().startswith(_SECRET_BEGINS):
            raise CallError("A recipient is wanted and a secret key was given.", hint="Name the key's file with --key.")
        try:
            x25519.Recipient.from_str(text)
        except RecipientError:
            raise CallError("What was given as a recipient is none.",
                            hint="It begins with age1 and stands in the first line of the key's file.") from None  # fmt: skip
    return tuple(dict.fromkeys(texts))


def holds_a_key(path: Path) -> bool:
    """Whether a file is a key's: what is sealed for one recipient must not carry the key of another."""
    with path.open("rb") as file:
        held = file.read(_LONGEST_KEY_FILE + 1)
    return len(held) <= _LONGEST_KEY_FILE and f"{_SECRET_BEGINS}1".encode() in held.upper()


def seal(contents: bytes, recipients: Sequence[str]) -> bytes:
    """The contents, sealed for each of these recipients. Raises CallError where there is none."""
    import pyrage

    return bytes(pyrage.encrypt(contents, _public(recipients)))


def unseal(sealed: bytes, key: Key, name: str) -> bytes:
    """What is sealed. Raises CallError where the key does not fit, InputError where it is damaged, for the file `name`."""
    import pyrage

    _must_be_sealed(sealed[:64], name)
    try:
        return bytes(pyrage.decrypt(sealed, [key._identity()]))
    except pyrage.DecryptError as fault:
        raise _can_t_open(fault, name) from None


def seal_stream(source: _Reads, to: _Writes, recipients: Sequence[str]) -> None:
    """Seal whatever the source gives until it gives nothing more. A fault of either stream comes out as it was."""
    import pyrage

    _through(pyrage.encrypt_io, source, to, _public(recipients))


def unseal_stream(source: BinaryIO, to: _Writes, key: Key, name: str) -> None:
    """Open a file from its beginning. What was written counts only when this returns: damage may show at the very end."""
    import pyrage

    _must_be_sealed(source.read(64), name)
    source.seek(0)
    try:
        _through(pyrage.decrypt_io, source, to, [key._identity()])
    except _Damaged as fault:
        raise _can_t_open(fault, name) from None


def seal_file(path: Path, to: Path, recipients: Sequence[str]) -> None:
    """Seal a file of any size into a new one, whole or not at all, for its owner alone. Raises CallError where `to` is there."""
    with path.open("rb") as source, new_for_owner(to) as file:
        seal_stream(source, file, recipients)


def unseal_file(path: Path, to: Path, key: Key) -> None:
    """Open a sealed file into a new one, whole or not at all, for its owner alone. Raises CallError where `to` is there."""
    with path.open("rb") as source, new_for_owner(to) as file:
        unseal_stream(source, file, key, path.name)


@contextmanager
def new_for_owner(to: Path) -> Iterator[BinaryIO]:
    """A new file to write, its owner's alone from its first byte; it has its name when it is whole and on the disk, or never.

    Raises CallError where a file has that name already.
    """
    _must_be_new(to)
    handle, name = tempfile.mkstemp(prefix=f".{to.name}.writing-", dir=to.parent)  # made with 0600
    beside = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _take_name(beside, to)
        settle_name(to)
    finally:
        beside.unlink(missing_ok=True)


def _take_name(beside: Path, to: Path) -> None:
    """A link takes no name that another file has; where there are no links, a look and a rename must do."""
    try:
        os.link(beside, to)
    except OSError:
        _must_be_new(to)
        beside.rename(to)


def _must_be_new(to: Path) -> None:
    if to.exists() or to.is_symlink():
        raise CallError(f"'{to}' is there already, and nothing is written over it.", hint="Name a new file.")
    if not to.parent.is_dir():
        raise CallError(f"There is no folder '{to.parent}'.", hint="Make it first, for yourself alone.")


def _key_in(path: Path) -> Key:
    if path.name.upper().startswith(_SECRET_BEGINS):
        raise CallError("The name of a key's file is wanted and a key was given: others may have seen it.",
                        hint="Make a new one with: casetally key NEW_FILE. A key itself goes in CASETALLY_KEY alone.")  # fmt: skip
    try:
        with path.open("rb") as file:
            _must_be_the_owners(path, os.fstat(file.fileno()))
            held = file.read(_LONGEST_KEY_FILE)
    except OSError as fault:
        hint = _MAKE_ONE if isinstance(fault, FileNotFoundError) else ""
        raise CallError(f"The key file '{path}' can't be read: {fault.strerror}.", hint=hint) from None
    return _read_key(held.decode("utf-8", "replace"), f"'{path}'")


def _must_be_the_owners(path: Path, found: os.stat_result) -> None:
    """What systemd hands to a service is guarded by it, and shows its guard as the group's."""
    if not permissions_hold():
        return
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    beyond = _BEYOND_THE_GROUP if handed and path.resolve().is_relative_to(Path(handed).resolve()) else BEYOND_THE_OWNER
    if stat.S_IMODE(found.st_mode) & beyond:
        raise CallError(f"The key file '{path}' is open to others than its owner.",
                        hint=f"Close it: chmod 600 '{path}'. If others could read it, make a new one.")  # fmt: skip


def _read_key(text: str, where: str) -> Key:
    """The one key among lines of remarks. What stands there is never shown: it may be a key with a slip."""
    from pyrage import IdentityError, x25519

    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if len(found) != 1:
        says = "holds no key" if not found else "holds more than one line beside remarks"
        raise CallError(f"{where} {says}.", hint=f"It must hold one line that begins with {_SECRET_BEGINS}1.")
    if found[0].lower().startswith("age1"):
        raise CallError(f"{where} holds a recipient, the public half, and no key.", hint="Give that with --recipient.")
    try:
        return Key(str(x25519.Identity.from_str(found[0])))
    except IdentityError:
        raise CallError(f"{where} holds no key that can be read.",
                        hint=f"It must hold one whole line that begins with {_SECRET_BEGINS}1.") from None  # fmt: skip


def _public(recipients: Sequence[str]) -> list[Any]:
    from pyrage import x25519

    if not recipients:
        raise CallError("Nobody is named for whom to seal.", hint=_MAKE_ONE)
    return [x25519.Recipient.from_str(text) for text in must_be_recipients(recipients)]


class _Damaged(Exception):
    """What was read does not open; the text is the library's."""


class _Watched:
    """A stream that remembers its own fault, which the library would hand on as a text."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.fault = stream, None

    def read(self, size: int = -1) -> bytes:
        return bytes(self._told(self.stream.read, size))

    def write(self, data: bytes) -> int:
        self._told(self.stream.write, data)
        return len(data)

    def flush(self) -> None:
        return None  # whoever opened the stream sees it to the disk

    def _told(self, call: Callable[[Any], Any], given: Any) -> Any:
        try:
            return call(given)
        except BaseException as fault:
            self.fault = fault  # type: ignore[assignment]
            raise


def _through(call: Callable[..., Any], source: _Reads, to: _Writes, keys: list[Any]) -> None:
    ends = (_Watched(source), _Watched(to))
    try:
        call(*ends, keys)
    except BaseException as fault:
        for end in ends:
            if end.fault is not None:
                raise end.fault from None
        if isinstance(fault, Exception):
            raise _Damaged(str(fault)) from None
        raise


def _must_be_sealed(begins: bytes, name: str) -> None:
    if not begins.startswith(_BEGINS):
        raise InputError("This is no sealed file, or its beginning is lost.", place=Place(name),
                         hint="A sealed file is one that casetally or age made; its name ends in .age.")  # fmt: skip


def _can_t_open(fault: Exception, name: str) -> CallError | InputError:
    if "No matching keys" in str(fault):
        return CallError(f"'{name}' is sealed for another key than this one.",
                         hint="Name the key that it was sealed for with --key; another can't open it.")  # fmt: skip
    return InputError("It is damaged or cut off: nothing of it can be trusted, and nothing was written.", place=Place(name),
                      hint="Fetch it again from where it came from, or take an earlier one.")  # fmt: skip
