"""Why: whoever wonders what a report looks like can open one; the gallery is made by the commands' own code and held current.

`python -m casetally.reports.gallery RECORDS REPORT AS_AT MONTHS FOLDER` writes a report's page in both editions (`make docs`).
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from casetally.periods import month
from casetally.reports.make import ReportRequest, file_stem, make_report
from casetally.reports.page import page_html
from casetally.reports.published_run import authority_of, label_of, months_of
from casetally.reports.run import RunRequest, run_all


def gallery_pages(records: Path, report: str, as_at: dt.date, months: int) -> dict[str, str]:
    """The pages of a report over some records, in both editions, by the names of their files."""
    run = run_all(RunRequest((records,), as_at, months, report=report))
    authority = authority_of(run.store, run.library, "")
    label, covered = label_of(run.store, authority), months_of(run.store)
    pages = {}
    for edition in ("internal", "published"):
        request = ReportRequest(report, month(as_at), covered, label, authority, edition)
        made = make_report(run.store, run.library, request)
        pages[f"{file_stem(made.document)}.html"] = page_html(made.document, made.charts)
    return pages


def main() -> None:
    """Write the pages that are asked for."""
    records, report, as_at, months, folder = sys.argv[1:]
    for name, text in gallery_pages(Path(records), report, dt.date.fromisoformat(as_at), int(months)).items():
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
