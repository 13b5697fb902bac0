"""Why: the tests of this room need a folder of records small enough to be read at a glance."""

from __future__ import annotations

from pathlib import Path

TABLES = {
    "children": "child_id,date_of_birth,sex,ethnicity\nann,2015-05-05,F,WBRI\nben,,M,\n",
    "contacts": "contact_id,child_id,received_on,completed_on,outcome,team\n"
                "1,ann,2023-06-01,2023-06-02,social_care,North\n2,ben,2023-06-05,2023-06-07,,North\n"
                "3,ben,2023-07-05,2023-07-07,,North\n",
    "assessments": "assessment_id,child_id,started_on,completed_on\n"
                   "a1,ann,2012-05-01,2023-06-15\na2,ann,2023-05-01,2023-06-15\na3,ben,2023-06-20,\n",
}  # fmt: skip


def write_records(folder: Path, **changed: str) -> Path:
    """A folder with these tables, some with other text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TABLES, **changed}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
