"""Why: one return must be written both as CSV files and as XML, so that reading both can be compared.

A return here is rows by kind of file: each row a dict of the collection's columns. Children come in the order of their ids.
"""

from __future__ import annotations

import csv
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
from casetally.sources.delivery import Delivery, SourceTable
from casetally.sources.recognise import read_source

Row = dict[str, str]
Return = dict[str, list[Row]]

HEADER_ELEMENTS = ("UPN", "SEX", "DOB", "ETHNIC")
EPISODE_ELEMENTS = (
    *("DECOM", "RNE", "LS", "CIN", "PL", "PL_POST", "HOME_POST", "URN", "PLACE_PROVIDER", "DEC", "REC"),
    "REASON_PLACE_CHANGE",
)
ADOPTION = ("DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR")
LEAVER = ("IN_TOUCH", "ACTIV", "ACCOM")
MISSING, REVIEW = ("MISSING", "MIS_START", "MIS_END"), ("REVIEW", "REVIEW_CODE")
OUTCOMES = (
    *("SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT"),
    *("SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
)
PLACED = ("DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED")


def a_return() -> Return:
    """A small return for the year to 31 March 2021 that has a row of every kind that both forms know."""
    return {
        "header": [
            {"CHILD": "1", "SEX": "1", "DOB": "01/02/2015", "ETHNIC": "WBRI", "UPN": "A1", "MOTHER": "", "MC_DOB": ""},
            {"CHILD": "2", "SEX": "2", "DOB": "03/04/2003", "ETHNIC": "BAFR", "UPN": "UN3", "MOTHER": "0", "MC_DOB": ""},
            {"CHILD": "3", "SEX": "2", "DOB": "05/06/2019", "ETHNIC": "MOTH", "UPN": "UN1", "MOTHER": "", "MC_DOB": ""},
        ],
        "episodes": [
            episode("1", "01/05/2019", "S", "C1", "U6", "01/06/2020", "X1", change="CARPL"),
            episode("1", "01/06/2020", "P", "C2", "U4"),
            episode("2", "04/04/2020", "S", "V2", "K2", "03/04/2021", "X1"),
            episode("3", "01/07/2019", "S", "E1", "A6", "01/12/2020", "E11"),
        ],
        "reviews": [
            {"CHILD": "1", "DOB": "01/02/2015", "REVIEW": "05/06/2020", "REVIEW_CODE": "PN1"},
            {"CHILD": "1", "DOB": "01/02/2015", "REVIEW": "05/12/2020", "REVIEW_CODE": "PN3"},
        ],
        "missing": [
            {"CHILD": "2", "DOB": "03/04/2003", "MISSING": "M", "MIS_START": "01/09/2020", "MIS_END": "03/09/2020"},
        ],
        "oc2": [{"CHILD": "1", "DOB": "01/02/2015", **dict.fromkeys(OUTCOMES, ""), "TEETH_CHECK": "1", "SDQ_SCORE": "12"}],
        "oc3": [{"CHILD": "2", "DOB": "03/04/2003", "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "B1"}],
        "uasc": [{"CHILD": "2", "SEX": "2", "DOB": "03/04/2003", "DUC": "03/04/2021"}],
        "ad1": [
            {"CHILD": "3", "DOB": "05/06/2019", "DATE_INT": "01/02/2020", "DATE_MATCH": "01/05/2020", "FOSTER_CARE": "0",
             "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L3"}
        ],
        "placed_adoption": [
            {"CHILD": "3", "DOB": "05/06/2019", "DATE_PLACED": "01/02/2020", "DATE_PLACED_CEASED": "", "REASON_PLACED_CEASED": ""}
        ],
    }  # fmt: skip


def episode(
    child: str, decom: str, rne: str, ls: str, place: str, dec: str = "", rec: str = "", *, change: str = ""
) -> Row:
    """A row of the episodes file; the rest is the same for all."""
    return {
        "CHILD": child, "DECOM": decom, "RNE": rne, "LS": ls, "CIN": "N1", "PLACE": place, "PLACE_PROVIDER": "PR1",
        "DEC": dec, "REC": rec, "REASON_PLACE_CHANGE": change, "HOME_POST": "AA1 1AA", "PL_POST": "AA1 2AA", "URN": "111",
    }  # fmt: skip


def write_csv(made: Return, folder: Path, label: str) -> None:
    """One file a kind, named after the label and the kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, rows in made.items():
        with (folder / f"{label}-{kind}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


def write_xml(made: Return, path: Path, *, one_line: bool = False) -> None:
    """The same as one XML file of the collection's schema."""
    ids = sorted({row["CHILD"] for rows in made.values() for row in rows})
    by_child = {kind: _by_child(rows) for kind, rows in made.items()}
    children = [_child(child, {kind: rows.get(child, []) for kind, rows in by_child.items()}) for child in ids]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<EXPSSDA903>", *children, "</EXPSSDA903>"]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(lines) + "\n"
    path.write_text(text.replace("\n", "") if one_line else text, encoding="utf-8")


def _by_child(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["CHILD"], []).append(row)
    return found


def _child(child: str, rows: dict[str, list[Row]]) -> str:
    header = rows["header"][0]
    asylum, adoption, leaver = (next(iter(rows.get(kind, [])), {}) for kind in ("uasc", "ad1", "oc3"))
    lines = ["<CHILD>", "<HEADER>", _leaf("CHILDID", child), *_leaves(header, HEADER_ELEMENTS)]
    lines += [_leaf("UASC", "1" if asylum else "0"), _leaf("DUC", asylum.get("DUC", ""))]
    lines += [*_leaves(adoption, ADOPTION), *_leaves(leaver, LEAVER)]
    lines += [_node("AMISSING", row, MISSING) for row in rows.get("missing", [])]
    lines += [_node("AREVIEW", row, REVIEW) for row in rows.get("reviews", [])]
    lines += _leaves(header, ("MOTHER", "MC_DOB"))
    lines += [_node("OC2", row, OUTCOMES) for row in rows.get("oc2", [])]
    lines += [_node("AD_PLACED", row, PLACED) for row in rows.get("placed_adoption", [])]
    lines.append("</HEADER>")
    for row in rows.get("episodes", []):
        lines.append(_node("EPISODE", {**row, "PL": row["PLACE"]}, EPISODE_ELEMENTS))
    return "\n".join([*lines, "</CHILD>"])


def _node(name: str, row: Row, elements: tuple[str, ...]) -> str:
    return "\n".join([f"<{name}>", *_leaves(row, elements), f"</{name}>"])


def _leaves(row: Row, elements: tuple[str, ...]) -> list[str]:
    return [_leaf(name, row.get(name, "")) for name in elements]


def _leaf(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def delivered(*sources: Path) -> Delivery:
    """What the reader makes of these, each row of each file having one line."""
    delivery = read_source(*sources)
    counted = dict(delivery.rows.group_by("file").len().rows())
    assert {file.file: file.rows for file in delivery.files if file.used and file.rows} == counted
    for table in delivery.tables:
        records = delivery.rows.filter((pl.col("disposition") == "carried") & (pl.col("table") == table.table))[
            "record"
        ]
        assert set(records) <= set(table.frame["_record"])
    return delivery


def table(delivery: Delivery, name: str) -> SourceTable:
    """One table of a delivery."""
    return next(made for made in delivery.tables if made.table == name)


def contents(delivery: Delivery) -> dict[str, tuple[list[str], list[tuple[str | None, ...]]]]:
    """Each table's columns and rows, without where they came from."""
    plain = {
        made.table: made.frame.select(pl.exclude("_file", "_row", "_record")).sort(pl.all(), nulls_last=True)
        for made in delivery.tables
    }
    return {name: (sorted(frame.columns), frame.select(sorted(frame.columns)).rows()) for name, frame in plain.items()}


def rules(delivery: Delivery) -> set[str]:
    """The rules of the findings, without their common beginning."""
    return {rule.removeprefix("ssda903_") for rule in delivery.findings["rule"]}


def said(delivery: Delivery, rule: str) -> list[tuple[str, int, str, str]]:
    """File, row, column and record of the findings of one rule."""
    found = delivery.findings.filter(pl.col("rule") == f"ssda903_{rule}")
    return found.select("file", "row", "column", "record_id").rows()
