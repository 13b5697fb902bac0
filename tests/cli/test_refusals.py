"""Why: whoever misspells a name or names the wrong folder gets one or two sentences that say what to do, and an exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.calling import AS_AT, SAMPLE, call, sentences

CASES = ("cases", "cp_visit_10wd", "--month", "2024-03")
RUN = ("run", SAMPLE, "--as-at", AS_AT, "--out", "new")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("cases", "cp_visit_10w", "--month", "2024-03"), ["'cp_visit_10w'", "Did you mean 'cp_visit_10wd'?"]),
        (("explain", "cp_visit_10w", "--month", "2024-03"), ["'cp_visit_10w'", "Did you mean 'cp_visit_10wd'?"]),
        (("indicators", "show", "contact_received"), ["Did you mean 'contacts_received'?"]),
        (("indicators", "test", "zzz"), ["'zzz'", "'casetally indicators list' shows all"]),
        ((*CASES, "--basis", "quarterly"), ["'quarterly' is not a basis", "quarter"]),
        ((*CASES, "--breakdown", "teams", "--group", "x"), ["Did you mean 'team'?"]),
        ((*CASES, "--breakdown", "team", "--group", "Safeguarding Nroth"), ["Did you mean 'Safeguarding North'?"]),
        ((*CASES, "--breakdown", "team"), ["--breakdown and --group go together"]),
        (("due", "--list", "visit"), ["Did you mean 'visits'?"]),
        (("due", "--team", "Safeguarding Nroth"), ["Did you mean 'Safeguarding North'?"]),
        (("due", "--worker", "nobody"), ["'nobody'", "There is no worker", "Workers: W"]),
        (("sample", "new", "--format", "parket"), ["Did you mean 'parquet'?"]),
        (("cases", "contacts_received", "--month", "2024-04"), ["2024-04 begins after 2024-03-31"]),
        (("cases", "contacts_received", "--month", "2024-13"), ["'2024-13' is not a month", "2023-09"]),
        (("cases", "contacts_received", "--month", "March"), ["'March' is not a month", "2023-09"]),
        (("cases", "contacts_received", "--month", "0000-01"), ["'0000-01'", "1950 to 2100"]),
        (("due", "--on", "2024-02-30"), ["'2024-02-30' is not a date", "2024-03-31"]),
        (("due", "--on", "9999-12-31"), ["'9999-12-31'", "1950 to 2100"]),
        (("due", "--within", "-1"), ["--within -1", "0 to 260"]),
        (("due", "--within", "100000000"), ["--within 100000000"]),
        (("run", SAMPLE, "--as-at", "31/03/2024"), ["'31/03/2024' is not a date", "2024-03-31"]),
        (("run", SAMPLE, "--as-at", "0001-01-01"), ["'0001-01-01'", "1950 to 2100"]),
        ((*RUN, "--months", "-3"), ["--months -3", "1 to 600"]),
        ((*RUN, "--months", "0"), ["--months 0"]),
        ((*RUN, "--months", "100000"), ["--months 100000"]),
        ((*RUN, "--definitions", "no such folder"), ["There is no folder 'no such folder'"]),
        ((*CASES, "--store", "nowhere.duckdb"), ["There is no store at 'nowhere.duckdb'", "casetally run"]),
        ((*CASES, "--store", "out/figures.csv"), ["'out/figures.csv' can't be opened as a store"]),
        (("sample", "new", "--children", "-1"), ["-1 children"]),
        (("sample", "out"), ["'out' holds other things"]),
    ],
    ids=lambda part: (
        " ".join(str(one) for one in part[-2:]).replace(str(SAMPLE), "SAMPLE") if isinstance(part, tuple) else ""
    ),
)
def test_a_mistake_in_the_call_ends_with_2_and_says_what_to_do(
    working: Path, arguments: tuple[object, ...], says: list[str]
) -> None:
    answer = call(*arguments)
    message = sentences(answer)
    assert answer.code == 2
    for words in says:
        assert words in message
    assert not (working / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Usage"), (("runn",), "No such command 'runn'"), (("run",), "No source is given."),
        (("cases", "cp_visit_10wd"), "Missing option '--month'"), (("run", SAMPLE), "--as-at is missing."),
        (("due", "--wihtin", "3"), "No such option"), (("due", "--within", "ten"), "valid integer"),
        (("indicators", "lst"), "No such command 'lst'"),
    ],
)  # fmt: skip
def test_a_call_that_can_not_be_parsed_ends_with_2_and_shows_how_to_call(
    elsewhere: Path, arguments: tuple[object, ...], says: str
) -> None:
    answer = call(*arguments)
    assert answer.code == 2
    assert says in answer.err + answer.out  # without a command, the help itself is the answer
    assert "Traceback" not in answer.err
    assert answer.out == "" or not arguments


@pytest.mark.parametrize("command", [CASES, ("explain", *CASES[1:]), ("due",)], ids=["cases", "explain", "due"])
def test_where_no_run_was_made_the_commands_on_a_store_say_how_to_make_one(
    elsewhere: Path, command: tuple[str, ...]
) -> None:
    answer = call(*command)
    assert answer.code == 2
    assert "No run was made from this folder yet" in sentences(answer)
    (elsewhere / ".casetally").mkdir()
    (elsewhere / ".casetally" / "last-run").write_text(f"{elsewhere / 'gone.duckdb'}\n")
    assert "There is no store at" in sentences(call(*command))


def test_an_indicator_that_the_records_can_not_give_says_what_they_lack(elsewhere: Path) -> None:
    (elsewhere / "records").mkdir()
    (elsewhere / "records" / "contacts.csv").write_text("contact_id,child_id,received_on\n1,ann,2024-03-01\n")
    assert call("run", "records", "--as-at", AS_AT, "--months", 1).code == 0
    answer = call("cases", "cp_plans_open", "--month", "2024-03")
    assert answer.code == 2
    assert "'cp_plans_open' is not available from these records: they lack cp_plans." in sentences(answer)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "contacts.csv",
            "contact_id,child_id,recieved_on\n1,ann,2024-03-01\n",
            ["contacts.csv:1:21", "Did you mean 'received_on'?"],
        ),
        ("contacts.csv", "contact_id,contact_id\n1,2\n", ["contacts.csv:1:12", "Two columns are named"]),
        ("contacts.csv", "contact_id,child_id,received_on\n1,ann\n", ["contacts.csv:2"]),
        ("contacts.csv", "\x00\x01\x02", ["contacts.csv"]),
        ("contacts.parquet", "this is no parquet", ["contacts.parquet"]),
        ("holiday.txt", "sun", ["found holiday.txt", "files of the data model (children.csv"]),
        (None, "", ["empty"]),
    ],
    ids=[
        "misspelt column",
        "two columns of a name",
        "too few fields",
        "not text",
        "not parquet",
        "nothing of ours",
        "empty",
    ],
)
def test_input_that_can_not_be_read_ends_with_3_and_names_the_place(
    elsewhere: Path, name: str | None, text: str, says: list[str]
) -> None:
    (elsewhere / "records").mkdir()
    if name:
        (elsewhere / "records" / name).write_bytes(text.encode())
    for command in ("run", "check"):
        answer = call(command, "records", "--as-at", AS_AT)
        assert answer.code == 3
        for words in says:
            assert words in sentences(answer)
    assert [found.name for found in elsewhere.iterdir()] == ["records"]


@pytest.mark.parametrize(
    ("path", "says"), [("nowhere", "There is no such file or folder"), ("a file.csv", "found a file.csv")]
)
def test_a_source_that_is_not_there_or_unknown_ends_with_3(elsewhere: Path, path: str, says: str) -> None:
    (elsewhere / "a file.csv").write_text("contact_id\n")
    answer = call("run", path, "--as-at", AS_AT)
    assert answer.code == 3
    assert says in sentences(answer)


def test_a_definition_with_a_fault_ends_with_2_and_underlines_it(elsewhere: Path) -> None:
    (elsewhere / "ours" / "indicators").mkdir(parents=True)
    (elsewhere / "ours" / "indicators" / "ours.yaml").write_text(
        "ours:\n  title: t\n  meaning: m\n  source: s\n  count: contacts\n  when: recieved_on\n"
    )
    answer = call("indicators", "list", "--definitions", elsewhere / "ours")
    assert answer.code == 2
    place, line, mark, hint = sentences(answer).splitlines()
    assert place.startswith("ours/indicators/ours.yaml:6:9")
    assert mark.count("^") == len("recieved_on")
    assert mark.index("^") == line.index("recieved_on")
    assert "Did you mean 'received_on'?" in hint


def test_a_folder_of_other_things_is_not_written_over_and_a_place_that_can_not_be_made_is_said(elsewhere: Path) -> None:
    (elsewhere / "documents").mkdir()
    (elsewhere / "documents" / "letter.txt").write_text("dear")
    for out, words in (("documents", "no earlier run made it"), ("documents/letter.txt", "no earlier run made it"),
                       ("documents/letter.txt/out", "letter.txt")):  # fmt: skip
        answer = call("run", SAMPLE, "--as-at", AS_AT, "--out", out)
        assert answer.code == 2
        assert words in sentences(answer)
    assert (elsewhere / "documents" / "letter.txt").read_text() == "dear"
    assert [found.name for found in elsewhere.iterdir()] == ["documents"]


def test_a_fault_of_ours_ends_with_4_and_tells_nothing_of_the_records(
    working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Zebedee Quux, born 2015-05-05")

    monkeypatch.setattr("casetally.figures.cases.list_cases", fail)
    answer = call(*CASES)
    assert answer.code == 4
    assert answer.out == ""
    assert "RuntimeError at test_refusals.py" in answer.err
    assert "Zebedee" not in answer.err


def test_an_authority_that_nobody_knows_is_said_with_the_nearest(elsewhere: Path) -> None:
    (elsewhere / "records").mkdir()
    (elsewhere / "records" / "contacts.csv").write_text("contact_id,child_id,received_on\n1,ann,2024-03-01\n")
    answer = call("run", "records", "--as-at", AS_AT, "--months", 1, "--authority", "Gatshead")
    assert answer.code == 0
    says = "No authority 'Gatshead' is known, so the name is used as it is. Did you mean 'Gateshead'?"
    assert says in " ".join(answer.err.split())
    known = call("run", "records", "--as-at", AS_AT, "--months", 1, "--authority", "Gateshead")
    assert "is known" not in known.err


def test_populations_of_many_need_an_authority(elsewhere: Path) -> None:
    (elsewhere / "records").mkdir()
    (elsewhere / "records" / "populations.csv").write_text(
        "authority,mid_year,vintage,population\nA,2022,x,10\nB,2022,x,20\n"
    )
    answer = call("run", "records", "--as-at", AS_AT, "--months", 1)
    assert "Populations of 2 authorities were read and none is named: no rates." in answer.err
