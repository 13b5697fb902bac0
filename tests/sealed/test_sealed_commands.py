"""Why: whoever seals, opens, backs up or restores at the command line is told what was done, what to keep, and never the key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from casetally.sealed import Key, key_named, seal
from cli.calling import call, sentences

from sealed.homes import FILES, NO_PERMISSIONS, all_below, files_in


def secret_of(key: Key) -> str:
    return key.as_file().splitlines()[1]


def test_a_new_key_is_in_its_file_and_its_public_half_on_stdout(tmp_path: Path) -> None:
    answer = call("key", "my.key")
    key = key_named(tmp_path / "my.key")
    assert key is not None
    assert (answer.code, answer.out) == (0, f"{key.recipient}\n")
    assert "Keep a copy in another place" in answer.err
    assert "AGE-SECRET" not in answer.out + answer.err
    assert NO_PERMISSIONS or stat.S_IMODE((tmp_path / "my.key").stat().st_mode) == 0o600


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    call("key", "my.key")
    before = (tmp_path / "my.key").read_bytes()
    answer = call("key", "my.key")
    assert answer.code == 2
    assert "'my.key' is there already" in sentences(answer)
    assert (tmp_path / "my.key").read_bytes() == before


def test_a_key_in_a_git_work_tree_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert "keep it out of every commit" in call("key", "my.key").err


def test_open_puts_what_was_sealed_beside_it_for_its_owner_alone(tmp_path: Path, key: Key, key_file: Path) -> None:
    (tmp_path / "North.xlsx.age").write_bytes(seal(b"PK of a child", [key.recipient]))
    answer = call("open", "North.xlsx.age", "--key", key_file)
    assert (answer.code, answer.out) == (0, "North.xlsx\n")
    assert (tmp_path / "North.xlsx").read_bytes() == b"PK of a child"
    assert NO_PERMISSIONS or stat.S_IMODE((tmp_path / "North.xlsx").stat().st_mode) == 0o600
    assert "no longer sealed" in answer.err


def test_open_writes_to_a_file_or_a_folder_named(tmp_path: Path, key: Key, key_file: Path) -> None:
    (tmp_path / "North.xlsx.age").write_bytes(seal(b"one", [key.recipient]))
    (tmp_path / "mine").mkdir()
    assert call("open", "North.xlsx.age", "--key", key_file, "--to", "mine").out == "mine/North.xlsx\n".replace(
        "/", _SLASH
    )
    assert call("open", "North.xlsx.age", "--key", key_file, "--to", "mine/n.xlsx").code == 0
    assert files_in(tmp_path / "mine") == {"North.xlsx": b"one", "n.xlsx": b"one"}


_SLASH = "\\" if NO_PERMISSIONS else "/"


def test_open_takes_the_key_from_the_environment(tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.age").write_bytes(seal(b"one", [key.recipient]))
    monkeypatch.setenv("CASETALLY_KEY", secret_of(key))
    assert call("open", "x.age").code == 0
    assert (tmp_path / "x").read_bytes() == b"one"


def test_open_refuses_in_words(tmp_path: Path, key: Key, other: Key, key_file: Path) -> None:
    (tmp_path / "x.age").write_bytes(seal(b"one", [key.recipient]))
    (tmp_path / "x.bin").write_bytes(seal(b"one", [key.recipient]))
    (tmp_path / "cut.age").write_bytes(seal(b"one", [key.recipient])[:-1])
    (tmp_path / "others.age").write_bytes(seal(b"one", [other.recipient]))
    (tmp_path / "there.age").write_bytes(seal(b"one", [key.recipient]))
    (tmp_path / "there").write_bytes(b"mine")
    before = files_in(tmp_path)
    for asked, code, says in (
        (("x.age",), 2, "Opening a sealed file needs a key."),
        (("none.age", "--key", key_file), 2, "There is no file 'none.age'."),
        (("x.bin", "--key", key_file), 2, "does not end in .age"),
        (("there.age", "--key", key_file), 2, "'there' is there already"),
        (("others.age", "--key", key_file), 2, "sealed for another key"),
        (("cut.age", "--key", key_file), 3, "damaged or cut off"),
        (("my.key", "--to", "y", "--key", key_file), 3, "no sealed file"),
    ):
        answer = call("open", *asked)
        assert answer.code == code, asked
        assert says in sentences(answer)
    assert files_in(tmp_path) == before


def test_nothing_is_opened_into_a_run_s_folder_which_others_are_given(tmp_path: Path, key: Key, key_file: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text("{}")
    (tmp_path / "out" / "set_aside.zip.age").write_bytes(seal(b"rows", [key.recipient]))
    answer = call("open", "out/set_aside.zip.age", "--key", key_file)
    assert answer.code == 2
    assert "the folder of a run" in sentences(answer)
    assert "--to" in answer.err
    assert call("open", "out/set_aside.zip.age", "--key", key_file, "--to", "rows.zip").code == 0
    assert (tmp_path / "rows.zip").read_bytes() == b"rows"


def test_a_home_goes_into_a_backup_and_comes_back(home: Path, tmp_path: Path, key_file: Path) -> None:
    backed_up = call("backup", home, "--to", "kept", "--key", key_file)
    assert backed_up.code == 0
    [made] = (tmp_path / "kept").glob("*.age")
    assert Path(backed_up.out.strip()) == Path("kept") / made.name
    assert "read back and found whole" in backed_up.err
    restored = call("restore", made, "--to", "again", "--key", key_file)
    assert restored.code == 0
    assert restored.out.startswith(f"{len(FILES)} files as they were on ")
    assert files_in(tmp_path / "again") == FILES
    refused = call("restore", made, "--to", "again", "--key", key_file)
    assert refused.code == 2
    assert "'--replace'" in sentences(refused) or "--replace" in refused.err
    assert "again.before-restore-1" in call("restore", made, "--to", "again", "--key", key_file, "--replace").err


def test_a_recipient_alone_backs_up_and_can_not_restore(home: Path, tmp_path: Path, key: Key, key_file: Path) -> None:
    made = Path(call("backup", home, "--to", "kept", "--recipient", key.recipient).out.strip())
    assert "needs a key" in sentences(call("restore", made, "--to", "again"))
    assert call("restore", made, "--to", "again", "--key", key_file).code == 0


def test_backups_beyond_those_to_keep_are_deleted_only_after_a_new_one_is_whole(
    home: Path, tmp_path: Path, key_file: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    old = [f"casetally-backup-2023-01-0{day}-000000.zip.age" for day in (1, 2, 3)]
    for name in old:
        (kept / name).touch()
    (home / "editions.duckdb").rename(home / "elsewhere")
    assert call("backup", home, "--to", kept, "--keep", 2, "--key", key_file).code == 2
    assert all_below(kept) == set(old)
    (home / "elsewhere").rename(home / "editions.duckdb")
    answer = call("backup", home, "--to", kept, "--keep", 2, "--key", key_file)
    assert all_below(kept) == {old[2], Path(answer.out.strip()).name, ".casetally-backups.json"}  # whose they are
    assert "Earlier backups deleted: 2." in answer.err


def test_a_backup_refuses_in_words_and_makes_nothing(home: Path, tmp_path: Path, key_file: Path) -> None:
    before = all_below(tmp_path)
    for asked, says in (
        ((home, "--to", "kept"), "Backups are sealed, and nobody is named"),
        (("none", "--to", "kept", "--key", key_file), "There is no folder 'none'."),
        ((home, "--to", "kept", "--key", key_file, "--keep", 0), "can't be meant"),
        ((home, "--to", "kept", "--key", "none.key"), "The key file 'none.key' can't be read"),
        ((home, "--to", "kept", "--recipient", "North"), "recipient is none"),
    ):
        answer = call("backup", *asked)
        assert answer.code == 2
        assert says in sentences(answer)
    assert all_below(tmp_path) == before


def test_while_a_night_is_at_work_no_backup_is_made(home: Path, tmp_path: Path, key_file: Path) -> None:
    from casetally.nights.lock import held

    with held(home):
        answer = call("backup", home, "--to", "kept", "--key", key_file)
    assert answer.code == 6
    assert "A night is running" in sentences(answer)


def test_a_key_shows_nowhere_whatever_is_asked_and_whatever_goes_wrong(
    home: Path, tmp_path: Path, key: Key, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = secret_of(key)
    (tmp_path / "slip.key").write_text(secret[:-3] + "\n")
    (tmp_path / "slip.key").chmod(0o600)
    made = call("backup", home, "--to", "kept", "--key", key_file).out.strip()
    asked = [
        ("backup", home, "--to", "kept", "--key", secret),
        ("backup", home, "--to", "kept", "--recipient", secret),
        ("open", made, "--to", "x", "--key", secret.lower()),
        ("open", made, "--to", "x", "--key", "slip.key"),
        ("restore", made, "--to", "again", "--key", "slip.key"),
        ("run", tmp_path, "--as-at", "2024-03-31", "--key", secret),
        ("key", "slip.key"),
    ]
    shown = "".join(answer.out + answer.err for answer in (call(*one) for one in asked))
    for name in ("CASETALLY_KEY", "CASETALLY_KEY_FILE", "CASETALLY_RECIPIENT"):
        with monkeypatch.context() as patch:
            patch.setenv(name, f"{secret}x")
            answer = call("backup", home, "--to", "kept")
            assert answer.code == 2
            shown += answer.out + answer.err
    assert len(shown) > 500
    assert secret[20:36].lower() not in shown.lower()


def test_a_run_seals_what_it_set_aside_for_the_key_given(tmp_path: Path, key: Key, key_file: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "children.csv").write_text("child_id,date_of_birth\nc1,2012-05-01\nc2,never\n")
    plain = call("run", folder, "--as-at", "2024-03-31", "--months", 1, "--out", "plain")
    sealed = call("run", folder, "--as-at", "2024-03-31", "--months", 1, "--out", "sealed", "--key", key_file)
    assert (plain.code, sealed.code) == (0, 0)
    more = all_below(tmp_path / "sealed") - all_below(tmp_path / "plain")
    assert more == {"set_aside.zip.age"}
    assert secret_of(key) not in (tmp_path / "sealed" / "run.json").read_text()
    assert call("open", "sealed/set_aside.zip.age", "--to", "rows.zip", "--key", key_file).code == 0


def test_case_lists_without_a_key_are_refused_before_a_store_is_opened(tmp_path: Path) -> None:
    (tmp_path / "store.duckdb").write_bytes(b"no store at all")
    answer = call(
        "case-lists",
        "core",
        "--month",
        "2024-03",
        "--to",
        "lists",
        "--reason",
        "Team meeting",
        "--store",
        "store.duckdb",
    )
    assert answer.code == 2
    assert "Case lists are sealed, and nobody is named who can open them." in sentences(answer)
    assert "casetally key NEW_FILE" in answer.err
