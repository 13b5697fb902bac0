"""Why: systems send the SSDA903 return as one XML file, child by child; the same rows as the CSV files, nested.

Order of the elements: the return's schema (EXPSSDA903). What it has no element for (placement location and distance, social
workers, columns of later years) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from casetally.samples.shapes.xml_text import Row, element, rows_by, wrapped

_HEADER = (("CHILDID", "CHILD"), ("UPN", "UPN"), ("SEX", "SEX"), ("DOB", "DOB"), ("ETHNIC", "ETHNIC"))
_ADOPTION = ("DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR")
_OUTCOMES = (
    *("SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT"),
    *("SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
)
_EPISODE = (
    *(("DECOM", "DECOM"), ("RNE", "RNE"), ("LS", "LS"), ("CIN", "CIN"), ("PL", "PLACE"), ("PL_POST", "PL_POST")),
    *(("HOME_POST", "HOME_POST"), ("URN", "URN"), ("PLACE_PROVIDER", "PLACE_PROVIDER"), ("DEC", "DEC"), ("REC", "REC")),
    ("REASON_PLACE_CHANGE", "REASON_PLACE_CHANGE"),
)
_ALWAYS = frozenset(("CHILDID", "UPN", "SEX", "DOB", "ETHNIC", "DECOM", "RNE", "LS", "CIN", "PL", "DEC", "REC"))


def as_xml(files: Mapping[str, pl.DataFrame]) -> bytes:
    """One year's return as XML (UTF-8). `files`: its frames by kind, in text."""
    by_child = {kind: rows_by(frame, "CHILD") for kind, frame in files.items()}
    children = (_child(header, by_child) for header in files["header"].iter_rows(named=True))
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<EXPSSDA903>", *children, "</EXPSSDA903>", ""]
    ).encode()


def _child(header: Row, files: Mapping[str, Mapping[str, list[Row]]]) -> str:
    def of(kind: str) -> list[Row]:
        return files.get(kind, {}).get(header["CHILD"] or "", [])

    parts = [_element(tag, header[column]) for tag, column in _HEADER]
    asylum = of("uasc")
    parts.append(element("UASC", "1" if asylum else "0"))
    parts += [element("DUC", row["DUC"]) for row in asylum[:1]]
    parts += [element(tag, row[tag]) for row in of("ad1")[:1] for tag in _ADOPTION]
    parts += [element(tag, row[tag]) for row in of("oc3")[:1] for tag in ("IN_TOUCH", "ACTIV", "ACCOM")]
    parts += list(_groups("AMISSING", of("missing"), ("MISSING", "MIS_START", "MIS_END")))
    parts += list(_groups("AREVIEW", of("reviews"), ("REVIEW", "REVIEW_CODE")))
    parts += list(_groups("OC2", of("oc2")[:1], _OUTCOMES))
    parts += list(
        _groups("AD_PLACED", of("placed_adoption"), ("DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"))
    )
    episodes = [wrapped("EPISODE", [_element(tag, row[column]) for tag, column in _EPISODE]) for row in of("episodes")]
    return wrapped("CHILD", [wrapped("HEADER", parts), *episodes])


def _groups(tag: str, rows: list[Row], columns: tuple[str, ...]) -> Iterator[str]:
    for row in rows:
        yield wrapped(tag, [element(column, row[column]) for column in columns])


def _element(tag: str, value: str | None) -> str:
    """The element; one that the schema wants always is there, empty, where nothing is known."""
    return element(tag, value or "" if tag in _ALWAYS else value)
