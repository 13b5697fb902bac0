"""Why: whoever wonders what a report looks like can open one; the gallery is made by the commands' own code and held current.

`python -m casetally.reports.gallery` makes `docs/gallery/` anew from the records in `sample_data/darlington`.
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

FOLDER = Path("docs") / "gallery"
_REPORT = "darlington-2023-09"
_AS_AT = dt.date(2023, 9, 30)
_MONTHS = 6


def gallery_pages(root: Path) -> dict[str, str]:
    """The pages by their paths from the project's root: Darlington's quarterly report in both editions."""
    run = run_all(RunRequest((root / "sample_data" / "darlington",), _AS_AT, _MONTHS, report=_REPORT))
    authority = authority_of(run.store, run.library, "")
    label, covered = label_of(run.store, authority), months_of(run.store)
    pages = {}
    for edition in ("internal", "published"):
        request = ReportRequest(_REPORT, month(_AS_AT), covered, label, authority, edition)
        made = make_report(run.store, run.library, request)
        pages[(FOLDER / f"{file_stem(made.document)}.html").as_posix()] = page_html(made.document, made.charts)
    return pages


def main() -> None:
    """Write every page below the folder named, else below the working folder."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    for name, text in gallery_pages(root).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
