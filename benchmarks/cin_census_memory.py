"""Why: a census of a large authority over many years must be read on an office machine, so its memory and time are measured.

`python -m benchmarks.cin_census_memory [MEGABYTES]` writes a made-up census of that size (300 unless told), indented as case
management systems write it, reads it in a process of its own, and prints size, seconds and the most memory held. `--files N`
splits it over N years in which every child comes again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import ROOT, run_process

LAST_YEAR = 2024
NEEDS, CATEGORIES = ("N1", "N2", "N4", "N5"), ("NEG", "PHY", "EMO", "SAB")
FACTORS = ("2B", "3B", "4B", "4A", "16A", "17A", "20")


def head(year: int) -> str:
    """A census up to its first child."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<Message>\n  <Header>\n    <CollectionDetails>\n'
        "      <Collection>CIN</Collection>\n"
        f"      <Year>{year}</Year>\n      <ReferenceDate>{year}-03-31</ReferenceDate>\n    </CollectionDetails>\n    <Source>\n"
        f"      <LEA>201</LEA>\n      <DateTime>{year}-05-23T11:14:05</DateTime>\n    </Source>\n  </Header>\n  <Children>\n"
    )


def child(number: int, year: int, luck: random.Random) -> str:
    """One child with an episode of need of the year, and what may come in it."""
    start = dt.date(year - 1, 4, 1) + dt.timedelta(days=luck.randrange(300))

    def day(after: int) -> str:
        return (start + dt.timedelta(days=after)).isoformat()

    lines: list[tuple[int, str]] = [(4, "<Child>"), (6, "<ChildIdentifiers>")]
    lines += [(8, f"<LAchildID>{number:010}</LAchildID>"), (8, "<UPN>A123456789123</UPN>")]
    lines += [(8, f"<PersonBirthDate>{2006 + number % 17}-{1 + number % 12:02}-15</PersonBirthDate>")]
    lines += [(8, f"<GenderCurrent>{1 + number % 2}</GenderCurrent>"), (6, "</ChildIdentifiers>")]
    lines += [(6, "<ChildCharacteristics>"), (8, "<Ethnicity>WBRI</Ethnicity>"), (8, "<Disabilities>")]
    lines += [
        (10, "<Disability>NONE</Disability>"),
        (8, "</Disabilities>"),
        (6, "</ChildCharacteristics>"),
        (6, "<CINdetails>"),
    ]
    lines += [(8, f"<CINreferralDate>{day(0)}</CINreferralDate>"), (8, "<ReferralSource>2A</ReferralSource>")]
    lines += [(8, f"<PrimaryNeedCode>{luck.choice(NEEDS)}</PrimaryNeedCode>")]
    over = year < LAST_YEAR  # what was open would come again in the next census
    if over or luck.random() < 0.6:
        lines += [(8, f"<CINclosureDate>{day(60)}</CINclosureDate>"), (8, "<ReasonForClosure>RC8</ReasonForClosure>")]
    lines += [(8, "<Assessments>"), (10, f"<AssessmentActualStartDate>{day(1)}</AssessmentActualStartDate>")]
    lines += [(10, f"<AssessmentAuthorisationDate>{day(40)}</AssessmentAuthorisationDate>")]
    lines += [(10, "<FactorsIdentifiedAtAssessment>")]
    lines += [(12, f"<AssessmentFactors>{code}</AssessmentFactors>") for code in luck.sample(FACTORS, 3)]
    lines += [(10, "</FactorsIdentifiedAtAssessment>"), (8, "</Assessments>")]
    if luck.random() < 0.3:
        lines += [(8, "<Section47>"), (10, f"<S47ActualStartDate>{day(5)}</S47ActualStartDate>")]
        lines += [
            (10, f"<InitialCPCtarget>{day(26)}</InitialCPCtarget>"),
            (10, f"<DateOfInitialCPC>{day(20)}</DateOfInitialCPC>"),
        ]
        lines += [(10, "<ICPCnotRequired>0</ICPCnotRequired>"), (8, "</Section47>")]
    lines += [(8, "<ReferralNFA>0</ReferralNFA>")]
    if luck.random() < 0.2:
        category = luck.choice(CATEGORIES)
        lines += [(8, "<ChildProtectionPlans>"), (10, f"<CPPstartDate>{day(20)}</CPPstartDate>")]
        lines += [(10, f"<CPPendDate>{day(63)}</CPPendDate>")] if over else []
        lines += [(10, f"<InitialCategoryOfAbuse>{category}</InitialCategoryOfAbuse>")]
        lines += [(10, f"<LatestCategoryOfAbuse>{category}</LatestCategoryOfAbuse>")]
        lines += [(10, "<NumberOfPreviousCPP>0</NumberOfPreviousCPP>"), (10, "<Reviews>")]
        lines += [(12, f"<CPPreviewDate>{day(after)}</CPPreviewDate>") for after in (45, 62)]
        lines += [(10, "</Reviews>"), (8, "</ChildProtectionPlans>")]
    lines += [(6, "</CINdetails>"), (4, "</Child>")]
    return "".join(f"{' ' * indent}{line}\n" for indent, line in lines)


def write(folder: Path, megabytes: int, files: int) -> list[Path]:
    """Censuses of that size together, for the years up to the last."""
    written = []
    for back in reversed(range(files)):
        year = LAST_YEAR - back
        path = folder / f"CIN_{year}.xml"
        with path.open("w", encoding="utf-8") as out:
            out.writelines(_pieces(year, megabytes * 1_000_000 // files))
        written.append(path)
    return written


def _pieces(year: int, size: int) -> Iterator[str]:
    luck = random.Random(year)  # noqa: S311 - the same file each time
    yield head(year)
    told = number = 0
    while told < size:
        piece = child(number, year, luck)
        told, number = told + len(piece), number + 1
        yield piece
    yield "  </Children>\n</Message>\n"


def read_in_this_process(paths: list[str]) -> None:
    """What is measured: the reader and nothing else."""
    from casetally.sources import cin_census
    from casetally.sources.given import look_at

    begun, worked = time.perf_counter(), time.process_time()
    delivery = cin_census.read(cin_census.claims(look_at(paths)))
    taken = f"{time.perf_counter() - begun:.1f} s to read, {time.process_time() - worked:.1f} s of them at work"
    print(f"{delivery.covers} {delivery.rows.height:,} rows, {taken}")


def main() -> None:
    """Generate, read, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("megabytes", nargs="?", type=int, default=300)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--read", nargs="+")
    asked = parser.parse_args()
    if asked.read:
        read_in_this_process(asked.read)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), asked.megabytes, asked.files)
        size = sum(path.stat().st_size for path in paths)
        said = Path(folder) / "said.txt"
        command = [sys.executable, "-m", "benchmarks.cin_census_memory", "--read", *(str(path) for path in paths)]
        ran = run_process(command, folder=ROOT, output=said)
        print(said.read_text().strip())
        print(
            f"{size / 1e6:,.0f} MB in {asked.files} file(s): {ran.seconds:.1f} s, {ran.peak_bytes / 1e6:,.0f} MB at most"
        )


if __name__ == "__main__":
    main()
