"""Why: every command there is stands in one visible tuple, so that one that comes later is searched by one line more."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from privacy.planting import AS_AT, MARK

MONTH = f"{AS_AT:%Y-%m}"
RECORDS = "RECORDS"  # stands for the folder of planted records
SOURCE = Path("export")  # the records as the nights read them; not searched


def _nothing(_folder: Path, _records: Path) -> None:
    """There is nothing to prepare."""


@dataclass(frozen=True)
class Command:
    """A call. `asked`: its words; `codes`: how it may end; `first`: what to prepare in the working folder, from the records."""

    name: str
    asked: str
    codes: tuple[int, ...] = (0,)
    first: Callable[[Path, Path], None] = _nothing

    def words(self, records: Path) -> list[str]:
        return [str(records) if word == RECORDS else word for word in self.asked.split(" ")]


def _figures(folder: Path, _: Path) -> None:
    (folder / "printed.csv").write_text(
        "report,ref,indicator,basis,period,value\nmine,1,cp_plans_open,month,2024-03,3\nmine,2,contacts_received,month,2024-03,5\n"
    )


def _to_map(folder: Path, records: Path) -> None:
    """Files of a shape of their own: the records under other names and headers."""
    (folder / SOURCE / "own").mkdir(parents=True, exist_ok=True)
    text = (records / "contacts.csv").read_text(encoding="utf-8")
    head, rows = text.split("\n", maxsplit=1)
    own = (
        head.replace("received_on", "Date received")
        .replace("contact_id", "Contact No")
        .replace("child_id", "Client ID")
    )
    (folder / SOURCE / "own" / "Contact export.csv").write_text(f"{own}\n{rows}", encoding="utf-8")


def _night(folder: Path, records: Path) -> None:
    shutil.copytree(records, folder / SOURCE / "night", dirs_exist_ok=True)
    (folder / "nightly.toml").write_text(
        f'sources = ["{SOURCE.as_posix()}/night"]\nas_at = "{AS_AT}"\nmonths = 1\n'
        '[encryption]\nkey_file = "my.key"\n[backup]\nto = "backups"\n',
        encoding="utf-8",
    )


def _changed(folder: Path, _: Path) -> None:
    """A later night: a child's rows gone, a date typed in late, one row spoilt anew."""
    path = folder / SOURCE / "night" / "contacts.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:3], *lines[4:]]) + "\n", encoding="utf-8")


def _half(folder: Path, _: Path) -> None:
    """A night that must be doubted: most contacts are gone."""
    path = folder / SOURCE / "night" / "contacts.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[: len(lines) // 3]) + "\n", encoding="utf-8")


def _proposed(folder: Path, _: Path) -> None:
    (folder / "proposed" / "limits").mkdir(parents=True)
    (folder / "proposed" / "limits" / "mine.yaml").write_text(
        "assessment_working_days:\n  title: Assessment\n  unit: working days\n"
        "  values: [{from: 2000-01-01, value: 5, source: a proposal}]\n"
    )


def _kept(folder: Path, _: Path) -> None:
    """The last backup, under a name that is known."""
    shutil.copy(max((folder / "backups").glob("*.zip.age")), folder / "kept.zip.age")


def _broken(folder: Path, _: Path) -> None:
    """A night whose source can't be read: the line that is wrong is a child's."""
    with (folder / SOURCE / "night" / "contacts.csv").open("a", encoding="utf-8") as file:
        file.write(f"k,{MARK},{MARK}" + f",{MARK}" * 40 + "\n")


TIMED = "assessments_completed"
EDITIONS = "--store nightly/editions.duckdb"
COMMANDS: tuple[Command, ...] = (
    Command("key", "key my.key"),
    Command("check", "check RECORDS --as-at 2024-03-31", (1,)),
    Command("check as JSON", "check RECORDS --as-at 2024-03-31 --json", (1,)),
    Command("run", "run RECORDS --as-at 2024-03-31 --months 1 --key my.key --json"),
    Command("cases", "cases contacts_received --month 2024-03"),
    Command("cases as CSV", "cases cp_plans_open --month 2024-03 --csv"),
    Command("cases as JSON", "cases early_help_assessments_started --month 2024-03 --basis year --json"),
    Command("explain", "explain contacts_received --month 2024-03"),
    Command("explain a year", "explain referrals_received --month 2024-03 --basis year"),
    Command("due", "due"),
    Command("due as JSON", "due --json --within 20"),
    Command("report", "report core --month 2024-03"),
    Command("report as JSON", "report core --month 2024-03 --json"),
    Command("report as files", "report core --month 2024-03 --out reports"),
    Command("report, published", "report core --month 2024-03 --out reports --edition published"),
    Command("case lists", "case-lists core --month 2024-03 --to lists --reason privacy --key my.key"),
    Command("case lists, the log", "case-lists --log"),
    Command("reconcile", "reconcile printed.csv --report core", (0, 1, 2, 3), _figures),
    Command("audit", "audit printed.csv", (0, 1, 2, 3)),
    Command("annex a", "export annex-a --as-at 2024-03-31 --out annex.xlsx"),
    Command("open data", "export open-data --out open"),
    Command("map", "map export/own --out mapping.yaml", (0,), _to_map),
    Command("sample", "sample made --children 100 --years 1"),
    Command("nightly", "nightly nightly.toml --night 2024-03-31", (0, 1), _night),
    Command("nightly, a later night", "nightly nightly.toml --night 2024-04-01", (0, 1), _changed),
    Command("nightly, doubted", "nightly nightly.toml --night 2024-04-02 --json", (0, 1, 3, 5), _half),
    Command("nightly, a broken source", "nightly nightly.toml --night 2024-04-03", (3,), _broken),
    Command("status", "status nightly.toml --night 2024-04-03", (0, 1)),
    Command("status as JSON", "status nightly.toml --night 2024-04-03 --json", (0, 1)),
    Command("settling", f"settling {EDITIONS}", (0, 1, 2)),
    Command("a night known again", f"cases contacts_received --month 2024-03 {EDITIONS} --known-at 2024-03-31"),
    Command("revisions", f"revisions contacts_received --month 2024-03 {EDITIONS}", (0, 1)),
    Command("revisions as a page", f"revisions {EDITIONS} --out revisions.html", (0, 1)),
    Command(
        "impact", f"impact --definitions proposed --indicator {TIMED} --month 2024-03 --children", (0, 1), _proposed
    ),
    Command("backup", "backup nightly --to backups --key my.key"),
    Command("restore", "restore kept.zip.age --to restored --key my.key", (0,), _kept),
    Command("open", "open out/set_aside.zip.age --to opened --key my.key"),
    Command("forget", "forget C000010 --home nightly --yes --key my.key", (0, 1)),
    Command("status after forgetting", "status nightly.toml --night 2024-04-03", (0, 1)),
)
