"""Why: a key that shows itself once, or that others can read, protects nobody any longer."""

from __future__ import annotations

import pickle
import stat
import traceback
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from casetally.errors import CallError
from casetally.sealed import Key, key_named, key_needed, must_be_recipients, recipients_named, recipients_needed, seal

from sealed.homes import NO_PERMISSIONS


def secret_of(key: Key) -> str:
    return key.as_file().splitlines()[1]


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def refused(call: Callable[[], object]) -> CallError:
    with pytest.raises(CallError) as found:
        call()
    return found.value


def test_what_a_key_shows_of_itself_is_its_public_half(key: Key) -> None:
    for shown in (repr(key), str(key), f"{key}", repr([key]), repr({"key": key})):
        assert key.recipient in shown
        assert secret_of(key)[20:40] not in shown


def test_a_key_file_is_one_that_age_s_own_tools_write(tmp_path: Path) -> None:
    theirs = pyrage.x25519.Identity.generate()
    text = f"# created: 2024-03-31T09:00:00Z\n# public key: {theirs.to_public()}\n{theirs}\n"
    found = key_named(write(tmp_path / "theirs.key", text))
    assert found is not None
    assert found.recipient == str(theirs.to_public())
    assert pyrage.decrypt(seal(b"of a child", [found.recipient]), [theirs]) == b"of a child"


def test_a_key_comes_from_the_file_named_else_from_the_environment_else_from_nowhere(
    tmp_path: Path, key: Key, other: Key, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert key_named(None) is None
    monkeypatch.setenv("CASETALLY_KEY", f"{secret_of(other)}\n")
    assert key_named(None) == other
    assert key_named(key_file) == key
    monkeypatch.delenv("CASETALLY_KEY")
    monkeypatch.setenv("CASETALLY_KEY_FILE", str(write(tmp_path / "other.key", other.as_file())))
    assert key_named(None) == other


def test_two_keys_in_the_environment_are_refused_for_nobody_knows_which_counts(
    key: Key, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASETALLY_KEY", secret_of(key))
    monkeypatch.setenv("CASETALLY_KEY_FILE", str(key_file))
    assert "Both CASETALLY_KEY and CASETALLY_KEY_FILE are set" in str(refused(lambda: key_named(None)))


def test_without_a_key_it_says_how_to_name_one() -> None:
    fault = refused(lambda: key_needed(None, "Opening a backup"))
    assert fault.says == "Opening a backup needs a key."
    assert "--key" in fault.hint
    assert "CASETALLY_KEY_FILE" in fault.hint


@pytest.mark.skipif(NO_PERMISSIONS, reason="NOT RUN: this system has no permissions by owner")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_key_file_that_others_may_open_is_refused(tmp_path: Path, key: Key, mode: int) -> None:
    path = write(tmp_path / "wide.key", key.as_file(), mode)
    fault = refused(lambda: key_named(path))
    assert "open to others than its owner" in fault.says
    assert f"chmod 600 '{path}'" in fault.hint


@pytest.mark.skipif(NO_PERMISSIONS, reason="NOT RUN: this system has no permissions by owner")
def test_a_key_that_systemd_hands_over_may_show_its_guard_as_the_group_s(
    tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    handed, wide = write(folder / "key", key.as_file(), 0o440), write(folder / "wide", key.as_file(), 0o444)
    refused(lambda: key_named(handed))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert key_named(handed) == key
    refused(lambda: key_named(wide))
    refused(lambda: key_named(write(tmp_path / "elsewhere", key.as_file(), 0o440)))


def test_what_holds_no_key_is_refused_in_words_and_never_shown(tmp_path: Path, key: Key, other: Key) -> None:
    secret = secret_of(key)
    slips = {
        "empty": ("", "holds no key"),
        "remarks": ("# nothing\n\n", "holds no key"),
        "cut": (secret[:-1], "no key that can be read"),
        "changed": (secret[:30] + ("Q" if secret[30] != "Q" else "P") + secret[31:], "no key that can be read"),
        "quoted": (f'"{secret}"', "no key that can be read"),
        "two": (f"{secret}\n{secret_of(other)}\n", "more than one line"),
        "public": (key.recipient, "holds a recipient"),
        "bytes": ("\x00\udcff"[:1] + secret, "no key that can be read"),
        "long": (secret * 3000, "no key that can be read"),
    }
    for name, (text, says) in slips.items():
        fault = refused(lambda text=text, name=name: key_named(write(tmp_path / name, text)))  # type: ignore[misc]
        assert says in fault.says, name
        told = "".join(traceback.format_exception(fault)) + repr(fault) + str(fault.__context__)
        assert secret[20:30] not in told, name


def test_a_key_given_for_its_file_s_name_or_for_a_recipient_is_not_shown(key: Key) -> None:
    secret = secret_of(key)
    for call in (
        lambda: key_named(Path(secret)),
        lambda: key_named(Path(secret.lower())),
        lambda: must_be_recipients([secret]),
        lambda: must_be_recipients([f"{secret}x"]),
        lambda: recipients_named(None, [f"x{secret}"]),
    ):
        fault = refused(call)
        assert secret[20:30].lower() not in ("".join(traceback.format_exception(fault)) + str(fault)).lower()


def test_the_database_s_key_is_always_the_same_and_tells_nothing_of_the_key(key: Key, other: Key) -> None:
    made = key.database_key()
    assert made == Key(secret_of(key)).database_key() != other.database_key()
    assert len(bytes.fromhex(made)) == 32
    assert made not in repr(key)
    # by hand: HMAC-SHA256 of the key's text under a fixed label
    fixed = Key("AGE-SECRET-KEY-1" + "Q" * 58)
    assert fixed.database_key() == "f1be4c49ae0249f6c68486f3458d8a937087091ec4f3d93c8868aed9cefac023"


def test_for_whom_to_seal_is_what_is_given_else_what_the_environment_says(
    key: Key, other: Key, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = Key.made().recipient
    assert recipients_named() == ()
    monkeypatch.setenv("CASETALLY_KEY", secret_of(other))
    assert recipients_named() == (other.recipient,)
    monkeypatch.setenv("CASETALLY_RECIPIENT", f"{third} {key.recipient}")
    assert recipients_named() == (third, key.recipient)  # and not the key's own: it may seal for others alone
    assert recipients_named(key_file) == (key.recipient,)
    assert recipients_named(None, [other.recipient]) == (other.recipient,)
    assert recipients_named(key_file, [other.recipient, key.recipient]) == (other.recipient, key.recipient)


def test_where_nobody_is_named_it_says_how_to_make_a_key() -> None:
    fault = refused(lambda: recipients_needed(None, (), "Case lists"))
    assert fault.says == "Case lists are sealed, and nobody is named who can open them."
    assert "casetally key NEW_FILE" in fault.hint


@pytest.mark.parametrize("text", ["", "age1", "age1qqqq", "North", "ssh-ed25519 AAAA", "age1pq1xyz"])
def test_what_is_no_recipient_is_refused(text: str) -> None:
    assert "is none" in refused(lambda: must_be_recipients([text])).says


def test_a_key_file_made_is_for_its_owner_alone_and_takes_no_other_s_place(tmp_path: Path, key: Key) -> None:
    from casetally.sealed import new_for_owner

    with new_for_owner(tmp_path / "a.key") as file:
        file.write(key.as_file().encode())
    assert NO_PERMISSIONS or stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    with pytest.raises(CallError, match="is there already"), new_for_owner(tmp_path / "a.key") as file:
        file.write(b"another")
    assert key_named(tmp_path / "a.key") == key


def test_a_key_can_be_handed_to_another_process_and_is_the_same(key: Key) -> None:
    assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301
