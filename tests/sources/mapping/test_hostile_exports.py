"""Why: a broken or hostile export must end in a sentence with its place or in rows accounted for, whatever its mapping says."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from casetally.errors import CasetallyError, InputError
from casetally.sources.delivery import Delivery
from casetally.sources.mapping.proposal_text import proposal_text, quoted
from casetally.sources.mapping.proposing import propose
from casetally.yaml_files import load_yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapping import test_mapping_file
from mapping.made_up import map_text, spreadsheet_dump

GOOD = test_mapping_file.CSV.encode()
WHOLE = map_text(
    columns={**test_mapping_file.COLUMNS, "outcome": "Outcome", "team": ["Team", "Outcome"]},
    codes={"outcome": {"NFA": "no_further_action"}}, date_formats={"received_on": ["dd/mm/yyyy", "excel"]},
    skip_rows_where={"Ref": ["Total"]}, where_filled=["child_id"], delimiter=",",
)  # fmt: skip
WITH_CHILDREN = WHOLE + map_text(
    table="children", columns={"child_id": "Person"}, distinct=True, delimiter=","
).removeprefix("files:")


def accounted_for(delivery: Delivery) -> None:
    lines = Counter(delivery.rows["file"].to_list())
    assert lines == Counter({file.file: file.rows for file in delivery.files if file.rows})
    assert delivery.rows.select("file", "row").is_duplicated().sum() == 0
    told = set(delivery.findings.select("file", "row").rows())
    assert set(delivery.rows.filter(delivery.rows["disposition"] == "set_aside").select("file", "row").rows()) <= told


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"\xff\xfe", b"PK\x03\x04", GOOD.replace(b"P1", b"P\x00"), GOOD[:20] + b'"', GOOD + b"1,2,3,4,5,6,7\n",
     "Ref,Person".encode("utf-16")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CasetallyError) as refused:
        test_mapping_file.given(tmp_path, WHOLE, export__csv=content)
    assert refused.value.place


@pytest.mark.parametrize(
    "content",
    [GOOD.replace(b"P1", b"x" * 10_000_000), GOOD + GOOD, GOOD.replace(b"NFA", b"Ren\xe9e"), b"\xef\xbb\xbf" + GOOD,
     GOOD.replace(b"\n", b"\r\n"), GOOD.replace(b"03/04/2023", b"31/12/1899"), GOOD.replace(b"03/04/2023", b"01/01/2999"),
     GOOD.replace(b"03/04/2023", b"99999999999"), GOOD[: GOOD.index(b"\n") + 1]],
)  # fmt: skip
def test_what_can_be_read_is_accounted_for(tmp_path: Path, content: bytes) -> None:
    accounted_for(test_mapping_file.given(tmp_path, WITH_CHILDREN, export__csv=content))


def test_a_zip_bomb_is_refused_by_run_and_told_of_by_a_proposal(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", bytes(100 << 20))
    (tmp_path / "export.xlsx").write_bytes(made.getvalue())
    assert "can't be read" in proposal_text(propose(tmp_path))
    with pytest.raises(InputError):
        test_mapping_file.given(tmp_path, map_text(file="export.xlsx", sheet="A"), other__csv=GOOD)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_text_file_with_bytes_changed_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    at, more = data.draw(st.integers(0, len(GOOD) - 1)), data.draw(st.binary(max_size=6))
    spoiled = GOOD[:at] + more + (GOOD[at + len(more) :] if data.draw(st.booleans()) else b"")
    delimiter = data.draw(st.sampled_from([",", ";", "tab"]))
    mapping = WITH_CHILDREN.replace('delimiter: ","', f'delimiter: "{delimiter}"')
    with contextlib.suppress(CasetallyError):
        accounted_for(test_mapping_file.given(tmp_path, mapping, export__csv=spoiled))
    (tmp_path / "casetally-mapping.yaml").unlink()
    proposal_text(propose(tmp_path))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoil=st.binary(max_size=8), at=st.integers(0, 10_000))
def test_a_mapping_file_with_bytes_changed_is_read_or_refused(tmp_path: Path, spoil: bytes, at: int) -> None:
    whole = WITH_CHILDREN.encode()
    spot = at % len(whole)
    (tmp_path / "export.csv").write_bytes(GOOD)
    path = tmp_path / "casetally-mapping.yaml"
    path.write_bytes(whole[:spot] + spoil + whole[spot + len(spoil) :])
    with contextlib.suppress(CasetallyError):
        accounted_for(test_mapping_file.read(test_mapping_file.claims(test_mapping_file.look_at([tmp_path]))))


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    spreadsheet_dump(tmp_path)
    path = tmp_path / "Performance data.xlsx"
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(InputError):
        test_mapping_file.given(tmp_path, map_text(file="Performance data.xlsx", sheet="Contacts"), other__csv=GOOD)


@given(text=st.text())
def test_any_text_comes_back_from_a_proposal_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "quoted.yaml"
    path.write_text(f"{quoted(text)}: {quoted(text)}\n", encoding="utf-8", errors="surrogatepass")
    assert load_yaml(path).data == {text: text}


PERSONS = ["Notes", "Surname", "Contacted by", "Case Note", "Referrer Name", "Social Worker"]
MARKED = ["Zebedee Quill", "Gwendoline Frobisher", "0161 496 0000", "1 Larkspur Mews"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.sampled_from(PERSONS),
    n=st.integers(1, 30),
)
def test_a_proposal_never_shows_what_stands_under_a_persons_header(tmp_path: Path, header: str, n: int) -> None:
    rows = [f"{at},P{at},0{1 + at % 9}/04/2023,{MARKED[at % 4]}" for at in range(n)]
    (tmp_path / "contacts.csv").write_text(f"Contact Ref,Person ID,Date of Contact,{header}\n" + "\n".join(rows))
    text = proposal_text(propose(tmp_path))
    assert "contact_id" in text
    assert not any(word in text for word in MARKED)


def test_rare_words_of_a_code_column_are_counted_and_not_shown(tmp_path: Path) -> None:
    rows = [f"{at},P{at},0{1 + at % 9}/04/2023,{'NFA' if at else 'Mrs Quill of 1 Larkspur Mews'}" for at in range(20)]
    (tmp_path / "contacts.csv").write_text("Contact Ref,Person ID,Date of Contact,Contact Outcome\n" + "\n".join(rows))
    text = proposal_text(propose(tmp_path))
    assert "Quill" not in text
    assert "outcome: 1 more of its values are not shown here" in text
