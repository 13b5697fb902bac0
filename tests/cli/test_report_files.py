"""Why: what `report --out` leaves in a folder is handed on: the right edition, whole, the same bytes, nothing else touched."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import lxml.html
import pytest

from cli.calling import Answer, call, sentences

MADE = "core_2024-03"


@pytest.fixture(scope="module")
def both(ran: tuple[Path, Answer]) -> Path:
    """A folder with both editions of the core report."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ran[0])
        for edition in ("internal", "published"):
            answer = call("report", "core", "--month", "2024-03", "--out", "reports", "--edition", edition)
            assert answer.code == 0, answer.err
        return Path("reports").resolve()


def test_page_and_workbook_of_each_edition_stand_beside_each_other(both: Path) -> None:
    assert sorted(path.name for path in both.iterdir()) == [
        f"{MADE}_internal.html", f"{MADE}_internal.xlsx", f"{MADE}_published.html", f"{MADE}_published.xlsx",
    ]  # fmt: skip


def test_the_command_says_what_it_wrote_and_prints_no_table(working: Path) -> None:
    answer = call("report", "core", "--month", "2024-03", "--out", "said")
    assert (answer.code, answer.out) == (0, "")
    assert f"Written: said/{MADE}_internal.html" in answer.err
    assert f"Written: said/{MADE}_internal.xlsx" in answer.err


def test_with_csv_the_table_is_printed_too(working: Path) -> None:
    answer = call("report", "core", "--month", "2024-03", "--out", "said", "--csv")
    assert len(list(csv.DictReader(io.StringIO(answer.out)))) >= 71


def test_made_again_the_files_have_the_same_bytes(both: Path, working: Path) -> None:
    call("report", "core", "--month", "2024-03", "--out", "again")
    for kind in ("html", "xlsx"):
        name = f"{MADE}_internal.{kind}"
        assert (Path("again") / name).read_bytes() == (both / name).read_bytes(), name


def test_what_else_is_in_the_folder_stays(working: Path) -> None:
    Path("kept").mkdir(exist_ok=True)
    (Path("kept") / "minutes.txt").write_text("ours", encoding="utf-8")
    call("report", "core", "--month", "2024-03", "--out", "kept")
    assert (Path("kept") / "minutes.txt").read_text(encoding="utf-8") == "ours"
    assert not [path.name for path in Path("kept").iterdir() if path.name.startswith(".")]


def test_the_published_edition_says_so_and_shows_no_small_count(both: Path) -> None:
    page = lxml.html.fromstring((both / f"{MADE}_published.html").read_text(encoding="utf-8"))
    assert "suppressed" in page.text_content()
    figures = page.xpath("//data[contains(@class, 'figure')]")
    counts = [one for one in figures if one.get("data-shows") in ("numerator", "denominator")]
    assert len(figures) > 500
    assert not [one.text_content() for one in counts if one.get("value") and 1 <= float(one.get("value")) <= 5]


def test_no_childs_id_is_in_page_or_workbook(both: Path) -> None:
    """Ids of the sample are a letter and six digits; nothing else there looks like them."""
    records = Path(__file__).parents[2] / "sample_data" / "authority" / "children.csv"
    ids = {row["child_id"] for row in csv.DictReader(records.open(encoding="utf-8"))}
    assert ids
    for path in both.iterdir():
        if path.suffix == ".html":
            words = set(lxml.html.fromstring(path.read_text(encoding="utf-8")).text_content().split())
        else:
            with zipfile.ZipFile(path) as book:
                words = {
                    text
                    for name in book.namelist()
                    for text in book.read(name).decode("utf-8").replace(">", "<").split("<")
                }
        assert not ids & words, path.name


def test_the_table_has_both_editions_too(working: Path) -> None:
    rows = {}
    for edition in ("internal", "published"):
        text = call("report", "core", "--month", "2024-03", "--csv", "--edition", edition).out
        rows[edition] = list(csv.DictReader(io.StringIO(text)))
    assert not [row for row in rows["internal"] if row["this"] == "suppressed"]
    hidden = [row for row in rows["published"] if row["this"] == "suppressed"]
    assert hidden
    assert not [row for row in hidden if row["of"] or row["travel"] or row["rating"]]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--edition", "publised", "--out", "x"], "There is no edition 'publised'"),
        (["--commentary", "words"], "--commentary goes with --out"),
        (["--commentary", "nowhere", "--out", "x"], "There is no folder 'nowhere'"),
        (["--out", "a_file"], "'a_file' is not a folder"),
        (["--out", "a_file/below"], "can't be written"),
        (["--out", "out"], "the next run replaces it whole"),
        (["--out", "out/reports"], "the next run replaces it whole"),
    ],
)
def test_what_cant_be_meant_is_refused_in_words(working: Path, options: list[str], says: str) -> None:
    Path("a_file").write_text("text", encoding="utf-8")
    answer = call("report", "core", "--month", "2024-03", *options)
    assert says in sentences(answer)
    assert answer.code == 2
    assert not Path("x").exists()
