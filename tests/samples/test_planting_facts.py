"""Why: whole numbers behind printed figures are found by rules, and a planting file with a slip must say where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.errors import CallError, DefinitionError, InputError
from casetally.samples.planted import write_planted
from casetally.samples.planted.facts import Facts
from casetally.samples.planted.planting_file import read_planting
from casetally.samples.planted.printed import read_printed, rounded

HEAD = "report,ref,basis,period,breakdown,numerator,denominator,value,printed,rag,note\n"
FIGURES = [
    ("A", "month", "2023-04", "", "", "", "29"), ("A", "month", "2023-05", "", "", "", "24"),
    ("A%", "month", "2023-04", "", "", "", "23.2"), ("A%", "month", "2023-05", "", "", "", "16.8"),
    ("A%y", "year_to_date", "2023-04", "", "", "", "23.2"), ("A%y", "year_to_date", "2023-05", "", "", "", "19.8"),
    ("B", "month_end", "2023-04", "", "", "", "115"), ("B", "month_end", "2023-05", "end=home", "", "", "7"),
    ("C", "month", "2023-04", "", "10", "11", "90.9"), ("C", "month", "2023-05", "", "15", "20", "75.0"),
    ("D", "year_to_date", "2023-04", "", "5", "11", "45.5"), ("D", "year_to_date", "2023-05", "", "5", "31", "16.1"),
    ("E", "month", "2023-04", "", "", "", "58.0"), ("E", "month", "2023-05", "", "", "", "55.6"),
    ("Ey", "year_to_date", "2023-04", "", "", "", "58.0"), ("Ey", "year_to_date", "2023-05", "", "", "", "56.8"),
    ("F", "month", "2023-04", "", "", "", "1.4"), ("R", "month_end", "2023-04", "", "", "", "51.7"),
    ("S", "month_end", "2023-04", "", "", "", "98.4"), ("T", "month_end", "2023-04", "", "", "", "21.9"),
    ("U", "month_end", "2023-04", "", "", "", "50.0"), ("V", "month_end", "2023-04", "", "", "", "33.3"),
    ("W", "month", "2023-04", "", "", "", "2.5"),
]  # fmt: skip
MONTHS = "months: {first: 2023-04, last: 2023-05}\n"


def report(folder: Path, planting: str, figures: list[tuple[str, ...]] = FIGURES) -> Path:
    """A published folder with these figures and this planting file."""
    (folder / "planting").mkdir(parents=True)
    lines = [
        f"r,{ref},{basis},{period},{cut},{top},{of},{value},{value},,"
        for ref, basis, period, cut, top, of, value in figures
    ]
    (folder / "figures.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "planting" / "one.yaml").write_text(planting, encoding="utf-8")
    return folder


def facts_of(folder: Path, facts: str) -> Facts:
    place = report(folder / "report-2023-05", MONTHS + facts)
    printed = read_printed(place)
    facts_ = Facts(read_planting(place / "planting", printed), printed)
    facts_.solve()
    return facts_


def both(facts: Facts, name: str = "x") -> list[int | None]:
    return [facts.month(name, month) for month in ("2023-04", "2023-05")]


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("{count: A}", [29, 24]),
        ("{count: B, breakdown: end=home}", [None, 7]),
        ("{count: B, breakdown: end=home, blank: 0}", [0, 7]),
        ("{numerator_of: C}", [10, 15]),
        ("{denominator_of: C}", [11, 20]),
        # 11 plans since April by its end, 31 by the end of May: 20 in May
        ("{denominator_of: D, cumulative: true}", [11, 20]),
        # 29 / 125 = 23.2 and no other; of May's 24 / 143 = 16.78, 24 / 142.6 ..., only 143 makes 53 / 268 = 19.78 since April
        ("{denominator_for: A, share: A%, also: [A%y]}", [125, 143]),
        ("{each: 3}", [3, 3]),
        ("{by_month: {2023-04: 3}}", [3, None]),
        # 115 / 22,253 = 51.68; 114 would be 51.23 and 116 52.13
        ("{rate: R, population: 22253}", [115, None]),
        # of 64: 63 = 98.4 and 14 = 21.9; none smaller has both
        ("{fits: [S, T]}", [64, None]),
        ("{fits: [S, T], near: 130}", [128, None]),
    ],
)  # fmt: skip
def test_each_form_gives_the_whole_number_of_a_month(tmp_path: Path, fact: str, expected: list[int | None]) -> None:
    facts = facts_of(tmp_path, f"facts:\n  x: {fact}\n")
    assert both(facts) == expected
    assert facts.let_go == []


def test_a_share_of_another_fact_gives_its_numerator(tmp_path: Path) -> None:
    # 69 / 119 = 57.98, 74 / 133 = 55.64
    facts = facts_of(
        tmp_path, "facts:\n  whole: {by_month: {2023-04: 119, 2023-05: 133}}\n  x: {share: E, of: whole}\n"
    )
    assert both(facts) == [69, 74]


def test_a_year_to_date_that_the_months_break_is_let_go(tmp_path: Path) -> None:
    # (69 + 74) / 252 = 56.746, which rounds to 56.7; the months stand
    text = (
        "facts:\n  whole: {by_month: {2023-04: 119, 2023-05: 133}}\n  x: {share: E, of: whole, cumulative_share: Ey}\n"
    )
    facts = facts_of(tmp_path, text)
    assert both(facts) == [69, 74]
    assert [(gone.ref, gone.basis, gone.period, gone.printed) for gone in facts.let_go] == [
        ("Ey", "year_to_date", "2023-05", "56.8")
    ]
    assert "143 of 252" in facts.let_go[0].why


def test_the_year_to_date_chooses_among_the_numbers_that_fit_a_month(tmp_path: Path) -> None:
    # of 2,000 both 1,139 (56.95) and 1,140 round to 57.0; the year to date, printed finer, is 1,139
    figures = [("M", "month", "2023-04", "", "", "", "57.0"), ("My", "year_to_date", "2023-04", "", "", "", "56.95")]
    text = MONTHS + "facts:\n  whole: {each: 2000}\n  x: {share: M, of: whole, cumulative_share: My}\n"
    place = report(tmp_path / "r", text, figures)
    printed = read_printed(place)
    facts = Facts(read_planting(place / "planting", printed), printed)
    facts.solve()
    assert facts.month("x", "2023-04") == 1139
    assert facts.let_go == []


def test_a_share_that_no_number_makes_is_let_go_and_the_nearest_taken(tmp_path: Path) -> None:
    # 1 of 125 is 0.8 and 2 of 125 is 1.6: never 1.4
    facts = facts_of(tmp_path, "facts:\n  whole: {each: 125}\n  x: {share: F, of: whole}\n")
    assert both(facts) == [2, None]
    assert [(gone.ref, gone.why) for gone in facts.let_go] == [("F", "no whole number out of 125 rounds to it")]


def test_the_cohort_nearest_to_the_one_named_is_taken(tmp_path: Path) -> None:
    # 33.3% of 51 is 17 and 50.0% of it no whole number; of 48 they are 16 and 24
    facts = facts_of(tmp_path, "facts:\n  x: {fits: [U, V], near: 51}\n")
    assert facts.month("x", "2023-04") == 48
    assert facts.let_go == []


def test_percentages_that_no_near_cohort_has_are_let_go(tmp_path: Path) -> None:
    # of 3, 33.3% is 1 and 50.0% no whole number; 2 and 4 have no third, and 6 is twice as many
    facts = facts_of(tmp_path, "facts:\n  x: {fits: [U, V], near: 3}\n")
    assert facts.month("x", "2023-04") == 3
    assert [gone.ref for gone in facts.let_go] == ["U"]


def test_a_rate_of_the_last_12_months_gives_the_months_before_the_first(tmp_path: Path) -> None:
    # over 1,000 children 1,200 and 1,215 contacts in 12 months are rates of 12,000 and 12,150
    figures = [
        ("N", "month", "2023-04", "", "", "", "100"), ("N", "month", "2023-05", "", "", "", "110"),
        ("Nr", "rolling_12_months", "2023-04", "", "", "", "12000"), ("Nr", "rolling_12_months", "2023-05", "", "", "", "12150"),
    ]  # fmt: skip
    place = report(tmp_path / "r", MONTHS + "facts:\n  x: {count: N, rolling: Nr, population: 1000}\n", figures)
    printed = read_printed(place)
    facts = Facts(read_planting(place / "planting", printed), printed)
    facts.solve()
    months = facts.months_of("x")
    assert (months[0], months[-1], len(months)) == ("2022-05", "2023-05", 13)
    assert sum(facts.need("x", month, 0) for month in months[:12]) == 1200
    assert sum(facts.need("x", month, 0) for month in months[1:]) == 1215
    assert facts.let_go == []


def test_a_month_before_the_first_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    figures = [("N", "month", month, "", "", "", value) for month, value in (("2022-05", "90"), ("2023-04", "100"))]
    place = report(tmp_path / "r", MONTHS + "facts:\n  x: {count: N, earlier: [2022-05]}\n", figures)
    printed = read_printed(place)
    facts = Facts(read_planting(place / "planting", printed), printed)
    assert facts.months_of("x") == ("2022-05", "2023-04")
    assert facts.month("x", "2022-05") == 90


def test_a_percentage_of_what_is_planted_is_worked_out_when_asked_for(tmp_path: Path) -> None:
    # 98.4% of 64 is 63; of 10 it is no whole number, and 10 is nearest
    facts = facts_of(tmp_path, "facts:\n  x: {percent: S}\n")
    assert facts.month("x", "2023-04") is None
    assert facts.part("x", "2023-04", 64) == 63
    assert facts.let_go == []
    assert facts.part("x", "2023-04", 10) == 10
    assert [(gone.ref, gone.why) for gone in facts.let_go] == [
        ("S", "no whole number out of the 10 planted rounds to it")
    ]
    assert facts.part("x", "2023-05", 64) is None


def test_a_planter_may_give_a_figure_up_and_say_why(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "facts:\n  x: {count: A}\n")
    facts.give_up("x", "2023-04", "too few children")
    assert [(gone.ref, gone.period, gone.why) for gone in facts.let_go] == [("A", "2023-04", "too few children")]


def test_a_fact_that_is_not_declared_is_none_and_need_has_a_default(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "facts:\n  x: {count: A}\nsettings: {teams: [North, South]}\n")
    assert facts.month("y", "2023-04") is None
    assert facts.need("y", "2023-04", 8) == 8
    assert facts.need("x", "2023-04", 8) == 29
    assert facts.setting("teams") == ["North", "South"]
    assert facts.setting("dirt", True) is True


def test_what_the_file_lets_go_is_told_with_its_reason(tmp_path: Path) -> None:
    text = "facts: {}\nlet_go:\n  - {ref: A%y, basis: year_to_date, period: [2023-04, 2023-05], why: not the months}\n"
    gone = facts_of(tmp_path, text).let_go
    assert [(one.period, one.printed, one.why) for one in gone] == [
        ("2023-04", "23.2", "not the months"), ("2023-05", "19.8", "not the months")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("planting", "where", "says"),
    [
        (MONTHS + "facts:\n  x: {cuont: A}\n", "3:7", "'cuont' is not known here.|Did you mean 'count'?"),
        (MONTHS + "facts:\n  x: {count: AA}\n", "3:14", "No figure is printed under 'AA'.|Did you mean 'A'?"),
        (MONTHS + "facts:\n  x: {count: A, each: 3}\n", "3:3", "A fact has one form; 'x' has count and each."),
        (MONTHS + "facts:\n  x: {share: E}\n", "3:3", "'x' is a share of nothing."),
        (MONTHS + "facts:\n  x: {share: E, of: wh}\n  wh1: {each: 9}\n", "3:21", "There is no fact 'wh'.|Did you mean 'wh1'?"),
        (MONTHS + "facts:\n  x: {by_month: {2024-04: 3}}\n", "3:18", "'2024-04' is not a month of this report."),
        (MONTHS + "facts:\n  x: {count: B, breakdown: end=hme}\n", "3:14", "'B' is not printed by 'end=hme'."),
        (MONTHS + "facts:\n  x: {count: W}\n", "3:3", "2.5, printed for 2023-04, is not a whole number."),
        (MONTHS + "facts:\n  x: {rate: R}\n", "3:13", "A rate needs a population."),
        (MONTHS + "facts:\n  x: {share: E, of: y}\n  y: {share: E, of: x}\n", "3:3", "This fact rests on itself: x of y of x."),
        (MONTHS + "let_go:\n  - {ref: A, basis: quarter, period: 2023-04, why: no}\n", "3:11", "on the basis quarter for 2023-04."),
        ("months: {first: 2023-13, last: 2023-05}\nfacts: {}\n", "1:17", "'2023-13' is not a month.|Write a month as 2023-09."),
        ("months: {first: 2023-06, last: 2023-05}\nfacts: {}\n", "1:32", "The last month is before the first."),
        (MONTHS + "fact: {}\n", "2:1", "'fact' is not known here.|Did you mean 'facts'?"),
    ],
)  # fmt: skip
def test_a_wrong_planting_file_is_refused_where_it_is_wrong(
    tmp_path: Path, planting: str, where: str, says: str
) -> None:
    place = report(tmp_path / "report-2023-05", planting)
    with pytest.raises(DefinitionError) as refused:
        write_planted(place, tmp_path / "out")
    message = str(refused.value)
    assert message.startswith(f"report-2023-05/planting/one.yaml:{where}: ")
    for part in says.split("|"):
        assert part in message
    assert not (tmp_path / "out").exists()


def test_a_fact_stands_in_one_planting_file_only(tmp_path: Path) -> None:
    place = report(tmp_path / "r", MONTHS + "facts:\n  x: {count: A}\n")
    (place / "planting" / "two.yaml").write_text("facts:\n  x: {each: 3}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"two.yaml:2:3: 'x' stands in another planting file too"):
        write_planted(place, tmp_path / "out")


def test_a_folder_that_is_no_report_is_refused_plainly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no figures.csv in"):
        write_planted(tmp_path, tmp_path / "out")
    (tmp_path / "figures.csv").write_text(HEAD + "r,A,month,2023-04,,,,many,many,,\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"figures.csv:2: This line is not a printed figure"):
        write_planted(tmp_path, tmp_path / "out")
    (tmp_path / "figures.csv").write_text(HEAD, encoding="utf-8")
    with pytest.raises(CallError, match="holds no planting files"):
        write_planted(tmp_path, tmp_path / "out")


@pytest.mark.parametrize(
    ("top", "of", "places", "value"),
    [(1, 8, 0, "13"), (1, 8, 1, "12.5"), (1, 3, 1, "33.3"), (2, 3, 0, "67"), (1, 16, 1, "6.3"), (0, 7, 1, "0.0")],
)
def test_printed_shares_round_half_up_from_the_whole_numbers(top: int, of: int, places: int, value: str) -> None:
    assert str(rounded(top, of, 100, places)) == value
