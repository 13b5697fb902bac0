"""Why: the exports of three systems are made of the same small records, so that what is read back can be held against them.

Each shape has its own headers, words, dates and files. They are made up: no system writes exactly so.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from casetally.schemas import load_schemas

Rows = list[dict[str, str]]
Write = Callable[[str, str, str], Any]  # table, column, value in our terms -> as the system writes it

RECORDS: dict[str, Rows] = {
    "children": [
        {"child_id": f"P{at:04}", "date_of_birth": f"{2008 + at % 9}-0{1 + at % 9}-{10 + at % 18}", "sex": "MF"[at % 2],
         "ethnicity": ("WBRI", "APKN", "MWBC")[at % 3]}
        for at in range(40)
    ],
    "contacts": [
        {"contact_id": f"K{at:05}", "child_id": f"P{at % 40:04}", "received_on": f"2023-0{1 + at % 9}-{1 + at % 27:02}",
         "source": ("1A", "2A", "6")[at % 3], "outcome": ("no_further_action", "social_care", "early_help")[at % 3]}
        for at in range(90)
    ],
    "referrals": [
        {"referral_id": f"R{at:05}", "child_id": f"P{at % 40:04}", "received_on": f"2023-0{1 + at % 9}-{1 + at % 27:02}",
         "closed_on": f"2024-01-{1 + at % 27:02}" if at % 4 == 0 else "", "no_further_action": ("true", "false")[at % 2],
         "close_reason": "RC7" if at % 4 == 0 else ""}
        for at in range(60)
    ],
    "cp_plans": [
        {"plan_id": f"PL{at:04}", "child_id": f"P{at:04}", "started_on": f"2023-0{1 + at % 9}-{1 + at % 27:02}",
         "ended_on": f"2024-02-{1 + at % 27:02}" if at % 3 == 0 else "", "initial_category": ("NEG", "EMO", "PHY")[at % 3]}
        for at in range(24)
    ],
    "cp_visits": [
        {"visit_id": f"V{at:05}", "child_id": f"P{at % 24:04}", "plan_id": f"PL{at % 24:04}",
         "visited_on": f"2023-1{at % 3}-{1 + at % 27:02}", "seen": ("true", "true", "false")[at % 3],
         "seen_alone": ("true", "false", "false")[at % 3]}
        for at in range(120)
    ],
}  # fmt: skip
PERSONAL = {
    "Forename": "Zebedee",
    "Surname": "Quillfeather",
    "Address": "1 Larkspur Mews",
    "Case Note": "Mum Gwendoline rang",
}


def write_text(
    path: Path, rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8", above: tuple[str, ...] = ()
) -> None:
    out = io.StringIO(newline="")
    out.writelines(f"{line}\r\n" for line in above)
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


def as_written(table: str, headers: Mapping[str, str], write: Write, personal: bool = False) -> Rows:
    """The records of a table under other headers, each value as the system writes it, personal columns beside them."""
    return [
        {header: write(table, column, row[column]) for column, header in headers.items()}
        | (PERSONAL if personal else {})
        for row in RECORDS[table]
    ]


def label(table: str, column: str, code: str) -> str:
    """The label of a code, as most systems write it."""
    listed = load_schemas().tables[table].columns[column].codes
    return load_schemas().codes[listed].get(code, code) if listed and code else code


def is_date(table: str, column: str) -> bool:
    return load_schemas().tables[table].columns[column].type == "date"


LEDGER = {
    "children": ("Persons", {"child_id": "Person ID", "date_of_birth": "DOB", "sex": "Gender", "ethnicity": "Ethnic Origin"}),
    "contacts": ("Contacts 2023", {"contact_id": "Contact Ref", "child_id": "Person ID", "received_on": "Date of Contact",
                                   "source": "Contact Source", "outcome": "Contact Outcome"}),
    "referrals": ("Referrals 2023", {"referral_id": "Referral Ref", "child_id": "Person ID", "received_on": "Date of Referral",
                                     "closed_on": "Closure Date", "no_further_action": "NFA", "close_reason": "Closure Reason"}),
    "cp_plans": ("CP Plans", {"plan_id": "CP Plan ID", "child_id": "Person ID", "started_on": "CP Plan Start Date",
                              "ended_on": "CP Plan End Date", "initial_category": "Initial Category of Abuse"}),
    "cp_visits": ("CP Visits", {"visit_id": "Visit Ref", "child_id": "Person ID", "plan_id": "CP Plan ID",
                                "visited_on": "Visit Date", "seen": "Child Seen", "seen_alone": "Child Seen Alone"}),
}  # fmt: skip


def ledger_like(folder: Path) -> None:
    """Semicolons, a title above the headers, days with a time, labels for codes, Yes and No."""

    def write(table: str, column: str, value: str) -> str:
        if value in ("true", "false"):
            return {"true": "Yes", "false": "No"}[value]
        if value and is_date(table, column):
            return f"{dt.date.fromisoformat(value):%d/%m/%Y} 00:00"
        return label(table, column, value)

    for table, (name, headers) in LEDGER.items():
        rows = as_written(table, headers, write, personal=table == "children")
        write_text(folder / f"{name}.csv", rows, delimiter=";", above=("Report: for the performance team", ""))


MOSAIC = {
    "children": ("people_extract", {"child_id": "PERSON_ID", "date_of_birth": "DATE_OF_BIRTH", "sex": "GENDER",
                                    "ethnicity": "ETHNICITY_CODE"}),
    "contacts": ("contacts_extract", {"contact_id": "CONTACT_NO", "child_id": "PERSON_ID", "received_on": "CONTACT_DATE",
                                      "source": "SOURCE_OF_CONTACT", "outcome": "CONTACT_DECISION"}),
    "referrals": ("cin_episodes_extract", {"referral_id": "CIN_EPISODE_ID", "child_id": "PERSON_ID",
                                           "received_on": "REFERRAL_DATE", "closed_on": "EPISODE_END_DATE",
                                           "no_further_action": "REFERRAL_NFA", "close_reason": "REASON_FOR_CLOSURE"}),
    "cp_plans": ("cp_extract", {"plan_id": "CPP_ID", "child_id": "PERSON_ID", "started_on": "REGISTRATION_DATE",
                                "ended_on": "DEREGISTRATION_DATE", "initial_category": "CATEGORY_AT_START"}),
    "cp_visits": ("cp_visits_extract", {"visit_id": "FORM_ID", "child_id": "PERSON_ID", "plan_id": "CPP_ID",
                                        "visited_on": "DATE_OF_VISIT", "seen": "CHILD_SEEN", "seen_alone": "SEEN_ALONE"}),
}  # fmt: skip


def mosaic_like(folder: Path) -> None:
    """Headers in capitals, days as 03-APR-2023, Y and N, codes of its own for outcomes and sex, UTF-16 with tabs for the visits."""
    words = {"no_further_action": "NFA", "social_care": "Progress to Referral", "early_help": "Referral to Early Help"}

    def write(table: str, column: str, value: str) -> str:
        if value in ("true", "false"):
            return value[0].upper().replace("T", "Y").replace("F", "N")
        if value and is_date(table, column):
            return f"{dt.date.fromisoformat(value):%d-%b-%Y}".upper()
        return {"M": "Male", "F": "Female"}.get(value, words.get(value, value))

    for table, (name, headers) in MOSAIC.items():
        rows = as_written(table, headers, write, personal=table == "children")
        tabs = table == "cp_visits"
        write_text(
            folder / f"{name}.csv", rows, delimiter="\t" if tabs else ",", encoding="utf-16" if tabs else "cp1252"
        )


SPREADSHEET = {
    "contacts": ("Contacts", {"contact_id": "Contact Number", "child_id": "Child ID", "received_on": "Date Received",
                              "source": "Source", "outcome": "Outcome"}),
    "referrals": ("Referrals", {"referral_id": "Referral Number", "child_id": "Child ID", "received_on": "Date Received",
                                "closed_on": "Date Closed", "no_further_action": "NFA?", "close_reason": "Closure Reason"}),
    "cp_plans": ("CP plans", {"plan_id": "Plan Number", "child_id": "Child ID", "started_on": "Start Date", "ended_on": "End Date",
                              "initial_category": "Initial Category"}),
    "cp_visits": ("CP visits", {"visit_id": "Visit Number", "child_id": "Child ID", "plan_id": "Plan Number",
                                "visited_on": "Visit Date", "seen": "Seen", "seen_alone": "Seen Alone"}),
}  # fmt: skip


def spreadsheet_dump(folder: Path) -> None:
    """One workbook, a sheet a table below a title, true dates; what is known of a child stands beside each of its contacts."""
    import xlsxwriter

    about = {row["child_id"]: row for row in RECORDS["children"]}
    book = xlsxwriter.Workbook(str(folder / "Performance data.xlsx"))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for table, (name, headers) in SPREADSHEET.items():
        sheet = book.add_worksheet(name)
        sheet.write(0, 0, f"{name} of the year")
        rows = as_written(table, headers, _cell)
        if table == "contacts":
            rows = [row | {"Date of Birth": dt.date.fromisoformat(about[row["Child ID"]]["date_of_birth"]),
                           "Sex": about[row["Child ID"]]["sex"], "Ethnicity": about[row["Child ID"]]["ethnicity"]}
                    for row in rows]  # fmt: skip
            assert {row["Child ID"] for row in rows} == set(about)
        sheet.write_row(2, 0, list(rows[0]))
        for at, row in enumerate(rows, 3):
            for column, value in enumerate(row.values()):
                if isinstance(value, dt.date):
                    sheet.write_datetime(at, column, dt.datetime.combine(value, dt.time()), day)
                elif value != "":
                    sheet.write(at, column, value)
        sheet.write(len(rows) + 3, 0, "Total")
    book.close()


def _cell(table: str, column: str, value: str) -> Any:
    if value in ("true", "false"):
        return {"true": "Y", "false": "N"}[value]
    return dt.date.fromisoformat(value) if value and is_date(table, column) else label(table, column, value)


def write_plain(folder: Path) -> None:
    """The same records as files of the data model."""
    folder.mkdir(exist_ok=True)
    for table, rows in RECORDS.items():
        write_text(folder / f"{table}.csv", rows)


def map_text(**entry: Any) -> str:
    """A mapping file of one entry for contacts.csv, with parts added or replaced; None leaves a part out."""
    import json

    columns = {"contact_id": "Ref", "child_id": "Person", "received_on": "Received"}
    parts = {"file": "export.csv", "table": "contacts", "columns": columns} | entry
    return "files:\n  - " + "\n    ".join(
        f"{name}: {json.dumps(value)}" for name, value in parts.items() if value is not None
    )
