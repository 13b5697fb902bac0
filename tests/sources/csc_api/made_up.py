"""Why: payloads for tests are written as the API's description has them, and read back as rows of plain text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from casetally.sources.csc_api import claims, read
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at

Row = dict[str, str | None]


def child(la_child_id: str = "C1", **parts: Any) -> dict[str, Any]:
    return {"la_child_id": la_child_id, **parts}


def episode(social_care_episode_id: str = "E1", **parts: Any) -> dict[str, Any]:
    return {"social_care_episode_id": social_care_episode_id, **parts}


def in_care(*blocks: dict[str, Any], la_child_id: str = "C1") -> dict[str, Any]:
    """A child with building blocks of care, numbered P1, P2 ..."""
    named = [{"child_looked_after_placement_id": f"P{at}", **block} for at, block in enumerate(blocks, 1)]
    return child(la_child_id, social_care_episodes=[episode(f"E-{la_child_id}", child_looked_after_placements=named)])


def read_files(folder: Path, **files: Any) -> Delivery:
    """Read payloads, each a file by its name: what is not text is written as JSON."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        written = content if isinstance(content, bytes | str) else json.dumps(content)
        data = written if isinstance(written, bytes) else written.encode()
        (folder / f"{name.replace('__', '.')}{'' if '__' in name else '.json'}").write_bytes(data)
    delivery = read(claims(look_at([folder])))
    assert_every_row_has_a_line(delivery)
    return delivery


def assert_every_row_has_a_line(delivery: Delivery) -> None:
    """Per file: rows equal lines, each row once; what is set aside has a finding; what is carried has its record."""
    lines = delivery.rows.rows(named=True)
    assert Counter(line["file"] for line in lines) == Counter(
        {file.file: file.rows for file in delivery.files if file.rows}
    )
    assert len({(line["file"], line["row"]) for line in lines}) == len(lines)
    errors = set(delivery.findings.filter(delivery.findings["severity"] == "error").select("file", "row").rows())
    assert {(line["file"], line["row"]) for line in lines if line["disposition"] == "set_aside"} == errors
    records = {table.table: set(table.frame["_record"].to_list()) for table in delivery.tables}
    assert all(line["record"] in records[line["table"]] for line in lines if line["disposition"] == "carried")


def table(delivery: Delivery, name: str) -> list[Row]:
    """The records of a table, without where each came from; none where the table is not there."""
    for one in delivery.tables:
        if one.table == name:
            return [{k: v for k, v in row.items() if not k.startswith("_")} for row in one.frame.rows(named=True)]
    return []


def fates(delivery: Delivery, file: str) -> list[str]:
    """What became of each row of a file, in order."""
    return delivery.rows.filter(delivery.rows["file"] == file).sort("row")["disposition"].to_list()


def rules(delivery: Delivery) -> list[tuple[int, str, str]]:
    """Row, rule and record of each finding."""
    return delivery.findings.select("row", "rule", "record_id").rows()
