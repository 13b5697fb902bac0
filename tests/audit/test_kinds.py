"""Why: each kind of identity is shown once where it holds and once where it does not, on figures small enough to add up by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.made_up import audited, failing, months, only


def test_a_fraction_and_its_percentage_need_no_identity(tmp_path: Path) -> None:
    done = audited(
        tmp_path,
        """
        A|month|2023-04||1|8|12.5|12.5%
        A|month|2023-05||1|8|13|13%
        A|month|2023-06||1|8|12|12%
        B|month|2023-04||100|8|12.5
        """,
        "",
    )
    assert failing(done) == [("A", "2023-06")]  # 12.5 rounds half up; 100 over 8 workers is a mean, and holds
    assert (only(done).expected, only(done).stands_in) == ("1/8 = 12.5, so 13", "line 4")


def test_a_fraction_rounds_from_whole_numbers_and_not_from_a_float(tmp_path: Path) -> None:
    # 57/200 is 28.5 exactly; 1.005 x 100 is below 100.5 in a float
    assert audited(tmp_path, "A|month|2023-04||57|200|29|29%\nB|month|2023-04||201|20000|1.01|1.01%", "").failures == ()


def test_tolerance_is_in_units_of_the_last_digit(tmp_path: Path) -> None:
    figures = "A|month|2023-04||112|126|89.0|89.0%\nA|month|2023-05||112|126|89.1|89.1%"  # 88.89
    assert failing(audited(tmp_path, figures, "")) == [("A", "2023-04"), ("A", "2023-05")]
    assert failing(audited(tmp_path, figures, "", tolerance=1)) == [("A", "2023-05")]


def test_ratio_of_two_lines(tmp_path: Path) -> None:
    figures = months("N", 1, 2, 3) + "\n" + months("D", 4, 4, 4) + "\n" + months("P", 25, 50, 76)
    done = audited(tmp_path, figures, "share: {kind: ratio, title: x, of: N, to: D, is: P}")
    assert failing(done) == [("P", "2023-06")]
    rest = audited(
        tmp_path, figures, "share: {kind: ratio, title: x, of: [D, {less: N}], to: D, is: P, periods: [2023-06]}"
    )
    assert only(rest).expected == "1/4 = 25, so 25"


def test_ratio_by_group(tmp_path: Path) -> None:
    figures = """
    N|month|2023-04|grade=good|||3
    N|month|2023-04|grade=poor|||1
    P|month|2023-04|grade=good|||75
    P|month|2023-04|grade=poor|||20
    """
    own = "x: {kind: ratio, title: x, of: {ref: N, group: grade=*}, to: {ref: N, sum_over: grade}, is: {ref: P, group: grade=*}}"
    assert failing(audited(tmp_path, figures, own)) == [("P (grade=poor)", "2023-04 poor")]


@pytest.mark.parametrize(
    ("over", "holds"),
    [("12", False), ("19", True)],  # 5/12 = 41.7 and 8/19 = 42.1
)
def test_attainable_over_a_known_number(tmp_path: Path, over: str, holds: bool) -> None:
    own = "x: {kind: attainable, title: x, figures: P, over: D}"
    done = audited(tmp_path, f"P|month|2023-04||||42.1\nD|month|2023-04||||{over}", own)
    assert done.holds is holds


def test_attainable_from_a_known_number(tmp_path: Path) -> None:
    figures = months("P", "16.46", "16.33") + "\n" + months("N", 1366, 1261)  # 83 workers; 77.2 workers
    assert failing(audited(tmp_path, figures, "x: {kind: attainable, title: x, figures: P, of: N, times: 1}")) == [
        ("P", "2023-05")
    ]


def test_attainable_over_one_number_between_two(tmp_path: Path) -> None:
    figures = months("P", 25.0, 33.3) + "\n" + months("Q", 50.0, 20.0)  # quarters and halves; thirds and fifths need 15
    own = "x: {kind: attainable, title: Cohort, figures: [P, Q], between: [3, 11]}"

    done = audited(tmp_path, figures, own)
    assert failing(done) == [("P", "2023-05")]
    assert done.implied == ("Cohort, 2023-04: 4, 8", "Cohort, 2023-05: none fits")


def test_sum_of_parts(tmp_path: Path) -> None:
    figures = "\n".join((months("A", 1, 2, 3), months("B", 10, 20, None), months("T", 11, 23, 3)))
    assert failing(audited(tmp_path, figures, "x: {kind: sum, title: x, parts: [A, B], total: T}")) == [
        ("T", "2023-05")
    ]
    blank = "x: {kind: sum, title: x, parts: [A, B], total: T, blank_is_zero: true}"
    assert len([one for one in audited(tmp_path, figures, blank).checks if one.holds]) == 2


def test_sum_to_a_number_within_a_tolerance(tmp_path: Path) -> None:
    figures = months("A", "40.0", "40.0") + "\n" + months("B", "60.1", "60.2")
    own = "x: {kind: sum, title: x, parts: [A, B], total: {number: 100}, tolerance: 0.1}"
    assert [one.period for one in audited(tmp_path, figures, own).failures] == ["2023-05"]


def test_subset(tmp_path: Path) -> None:
    figures = "\n".join((months("A", 1, 2), months("B", 2, 2), months("W", 3, 3)))
    assert failing(audited(tmp_path, figures, "x: {kind: subset, title: x, part: [A, B], whole: W}")) == [
        ("A", "2023-05")
    ]


def test_groups_against_their_total(tmp_path: Path) -> None:
    figures = """
    G|month|2023-04|age=1|||1
    G|month|2023-04|age=2|||2
    G|month|2023-05|age=1|||5
    T|month|2023-04||||3
    T|month|2023-05||||6
    """
    assert failing(audited(tmp_path, figures, "x: {kind: groups, title: x, of: G, over: age, total: T}")) == [
        ("T", "2023-05")
    ]


def test_a_table_across_adds_up_both_ways(tmp_path: Path) -> None:
    figures = """
    G|month|2023-04|age=1;sex=F|||1
    G|month|2023-04|age=1;sex=M|||2
    G|month|2023-04|age=1;sex=all|||3
    G|month|2023-04|age=2;sex=F|||4
    G|month|2023-04|age=2;sex=all|||4
    G|month|2023-04|age=all;sex=F|||6
    G|month|2023-04|age=all;sex=M|||2
    G|month|2023-04|age=all;sex=all|||8
    """
    rows = "x: {kind: groups, title: x, of: G, over: sex, total_group: all}"
    assert audited(tmp_path, figures, rows).failures == ()
    columns = "x: {kind: groups, title: x, of: G, over: age, total_group: all}"
    done = audited(tmp_path, figures, columns)
    assert [(one.name, one.expected) for one in done.failures] == [
        ("G (age=all;sex=F)", "1 + 4 = 5 by age"),
        ("G (age=all;sex=all)", "3 + 4 = 7 by age"),
    ]


def test_year_to_date_against_months(tmp_path: Path) -> None:
    figures = months("M", 8, 15, 23) + "\n" + months("Y", 8, 23, 45, basis="year_to_date")
    own = "x: {kind: from_months, title: x, figures: Y, months: M, is: sum}"
    done = audited(tmp_path, figures, own)
    assert (failing(done), only(done).expected) == ([("Y", "2023-06")], "8 + 15 + 23 = 46")


def test_a_year_and_a_quarter_against_their_months(tmp_path: Path) -> None:
    figures = months("M", 8, 15, 23) + "\nM|financial_year|2023-24||||46\nM|quarter|2023-24-Q1||||45"
    own = "x: {kind: from_months, title: x, figures: [{ref: M, basis: year}, {ref: M, basis: quarter}], is: sum}"
    assert failing(audited(tmp_path, figures, own)) == [("M", "2023-24 Q1")]
    mean = own.replace("sum", "mean")
    assert [one.expected for one in audited(tmp_path, figures, mean).failures] == ["mean of 8, 15, 23 = 15.333"] * 2
    between = own.replace("sum", "distinct")  # different children: 23 to 46
    assert audited(tmp_path, figures, between).failures == ()
    last = own.replace("sum", "last")
    assert len(audited(tmp_path, figures, last).failures) == 2


def test_a_quarter_needs_all_its_months_or_what_fills_them(tmp_path: Path) -> None:
    figures = months("M", None, 20, 24) + "\nM|quarter|2023-24-Q1||||21\nB|month|2023-04||||19"
    own = "x: {kind: from_months, title: x, figures: {ref: M, basis: quarter}, is: mean}"
    assert audited(tmp_path, figures, own).untested == ("x",)
    assert audited(tmp_path, figures, own.replace(", is:", ", fill: B, is:")).failures == ()


def test_stock_and_flow(tmp_path: Path) -> None:
    figures = "\n".join(
        ("S|year_end|2022-23||||100", months("S", 102, 103, basis="month_end"), months("I", 5, 5), months("O", 3, 3))
    )
    own = "x: {kind: stock_flow, title: x, stock: S, in: I, out: O}"
    done = audited(tmp_path, figures, own)
    assert (failing(done), only(done).expected) == ([("S", "2023-05")], "102 + 5 - 3 = 104")


def test_stock_and_flow_with_columns_since_april(tmp_path: Path) -> None:
    figures = "\n".join(
        ("S|year_end|2022-23||||100", months("S", 102, 103, basis="month_end"),
         months("I", 5, 10, basis="year_to_date"), months("O", 3, 7, basis="year_to_date"))
    )  # fmt: skip
    assert audited(
        tmp_path, figures, "x: {kind: stock_flow, title: x, stock: S, in: I, out: O, since: year_start}"
    ).holds
    steps = "x: {kind: stock_flow, title: x, stock: S, in: {ref: I, as: steps}, out: {ref: O, as: steps}}"
    assert audited(tmp_path, figures, steps).holds
    assert not audited(tmp_path, figures.replace("||||103", "||||104"), steps).holds


def test_stock_and_flow_where_some_who_went_are_not_printed(tmp_path: Path) -> None:
    figures = "\n".join((months("S", 100, 98, 101, basis="month_end"), months("I", 5, 5, 2)))
    own = "x: {kind: stock_flow, title: x, stock: S, in: I, is: at_least}"
    assert failing(audited(tmp_path, figures, own)) == [("S", "2023-06")]  # 98 + 2 leaves -1


def test_rates_rest_on_one_population(tmp_path: Path) -> None:
    # 100 over 20,000 is 50.0; 120 is 60.0; 140 is 70.0, and 71.0 needs 19,718
    figures = "\n".join((months("C", 100, 120, 140), months("R", "50.0", "60.0", "71.0")))
    own = "x: {kind: rates, title: Rates, pairs: [{count: C, rate: R}]}"
    done = audited(tmp_path, figures, own)
    assert failing(done) == [("R", "2023-06")]
    assert done.implied == ("Rates: 19,983 to 20,017 fits 2 of 3",)
    given = audited(tmp_path, figures, own.replace("pairs", "population: 20000, pairs"))
    assert (failing(given), only(given).expected) == ([("R", "2023-06")], "140 over 20,000 = 70.0")


def test_two_rates_of_which_none_agrees(tmp_path: Path) -> None:
    figures = (
        "C|year_end|2022-23||||100\nR|year_end|2022-23||||50.0\nD|year_end|2022-23||||100\nQ|year_end|2022-23||||40.0"
    )
    own = "x: {kind: rates, title: Rates, one_for: year, pairs: [{count: C, rate: R}, {count: D, rate: Q}]}"
    done = audited(tmp_path, figures, own)
    assert failing(done) == [("Q", "2022-23"), ("R", "2022-23")]
    assert done.implied == ("Rates, 2022-23: no two agree",)


def test_figures_printed_twice(tmp_path: Path) -> None:
    figures = "\n".join((months("A", 8, 9, 10), months("B", "8.4", "9.6", "10.0")))
    own = "x: {kind: same, title: x, figures: [A, B]}"
    assert failing(audited(tmp_path, figures, own)) == [("A", "2023-05")]


def test_a_figure_that_rounds_to_both_is_the_same_unless_print_decides(tmp_path: Path) -> None:
    figures = months("A", 8) + "\n" + months("B", "8.5")  # 8.45 rounds to both
    own = "x: {kind: same, title: x, figures: [A, B]}"
    assert audited(tmp_path, figures, own).holds
    assert not audited(tmp_path, figures, own.replace("figures", "as_printed: true, figures")).holds


def test_one_line_printed_in_several_places(tmp_path: Path) -> None:
    figures = """
    A|month|2023-04||||84
    A|month|2023-04|source=text|||79
    A|month|2023-05||||85
    A|month|2023-05|source=text|||85
    A|month|2023-06||||
    A|month|2023-06|source=text|||86
    B|month|2023-04|source=text|||1
    """
    done = audited(tmp_path, figures, "x: {kind: same, title: x, across: source}")
    assert [(one.period, one.printed) for one in done.failures] == [("2023-04", "84"), ("2023-06", "nothing")]


def test_a_benchmark_against_the_figure_of_its_month(tmp_path: Path) -> None:
    own = "x: {kind: same, title: x, figures: [{ref: A, comparator: baseline}, {ref: A}]}"
    done = audited(tmp_path, months("A", 84, 85), own, "r,A,baseline,May 2023,86,86%,\n")
    assert (failing(done), only(done).stands_in) == ([("A, baseline", "2023-05")], "benchmarks.csv line 2")


def test_a_count_since_april_does_not_fall(tmp_path: Path) -> None:
    figures = "\n".join(f"A|year_to_date|{month}||||{value}" for month, value in
                        (("2023-02", 8), ("2023-03", 9), ("2023-04", 10), ("2023-05", 11), ("2023-06", 10)))  # fmt: skip
    own = "x: {kind: rising, title: x, of: A}"
    assert failing(audited(tmp_path, figures, own)) == [("A", "2023-06")]
    restarting = own.replace("of", "restarts: true, of")
    assert failing(audited(tmp_path, figures, restarting)) == [("A", "2023-04"), ("A", "2023-06")]


def test_a_percentage_since_april_lies_between(tmp_path: Path) -> None:
    figures = "\n".join((months("M", 90, 80, 80, 70), months("Y", 90, 85, 80, 79.9, basis="year_to_date")))
    own = "x: {kind: weighted_mean, title: x, year_to_date: Y, months: M}"
    assert failing(audited(tmp_path, figures, own)) == [("Y", "2023-06")]  # it is the month's own


def test_a_change_follows_from_the_levels(tmp_path: Path) -> None:
    figures = """
    A|month|2022-04||||80
    A|month|2023-04||||60
    A|point_in_time|2023-04|change_pct_vs=2022-04|||-25|down 25%
    A|point_in_time|2023-04|change_vs=2022-04|||-19|19 fewer
    """
    done = audited(tmp_path, figures, "x: {kind: change, title: x, of: A}")
    assert (only(done).name, only(done).expected) == ("A (change_vs=2022-04)", "from 80 to 60: -20.0")


def test_a_figure_that_stands_still(tmp_path: Path) -> None:
    figures = months("A", "22.1", "23.05", "23.05", "23.05", "22.8")
    assert failing(audited(tmp_path, figures, "x: {kind: stands_still, title: x, of: A}")) == [("A", "2023-07")]
    assert audited(tmp_path, figures, "x: {kind: stands_still, title: x, of: A, times: 4}").failures == ()


def test_a_word_of_direction(tmp_path: Path) -> None:
    figures = """
    A|month|2023-04||||79
    A|month|2023-05||||89|||CHANGE: Decrease
    B|month|2023-04||||79
    B|month|2023-05||||89|||CHANGE: increase
    """
    own = "x: {kind: direction, title: x, after: 'CHANGE:', words: {increase: up, decrease: down}}"
    assert failing(audited(tmp_path, figures, own)) == [("A", "2023-05")]


TARGETS = "r,A,target,,95,95%,\nr,L,target,,9,9,\nr,W,target_low,,15,15 - 20%,\nr,W,target_high,,20,15 - 20%,\n"


@pytest.mark.parametrize(
    ("ref", "value", "letter"),
    [
        ("A", "95", "G"), ("A", "94.9", "A"), ("A", "85.5", "A"), ("A", "85.4", "R"),  # amber from 85.5
        ("L", "9", "G"), ("L", "9.9", "A"), ("L", "10", "R"),  # lower is better: amber to 9.9
        ("W", "15", "G"), ("W", "20", "G"), ("W", "14.9", "R"), ("W", "20.1", "R"),
    ],
)  # fmt: skip
def test_letters_against_targets(tmp_path: Path, ref: str, value: str, letter: str) -> None:
    figures = "\n".join(f"{ref}|month|2023-{at:02d}||||{value}||{one}" for at, one in enumerate("GAR", start=4))
    done = audited(
        tmp_path, figures, "x: {kind: rag, title: x, lower_is_better: [" + ("L" if ref == "L" else "") + "]}", TARGETS
    )
    assert [one.printed[0] for one in done.checks if one.holds] == [letter]


def test_letters_without_a_target_are_not_tested(tmp_path: Path) -> None:
    done = audited(tmp_path, "B|month|2023-04||||1||G", "x: {kind: rag, title: x}", TARGETS)
    assert (done.untested, done.holds) == (("x",), False)


def test_whole_numbers_implied_by_a_percentage(tmp_path: Path) -> None:
    # 29 at 23.2% are of 125, 24 at 16.8% of 143: 53 of 268 is 19.8
    figures = "\n".join(
        (months("N", 29, 24), months("P", "23.2", "16.8"), months("Y", "23.2", "19.9", basis="year_to_date"))
    )
    own = "x: {kind: ratio, title: x, of: {ref: N, as: running}, to: {ref: N, as_percent: P, as: running}, is: Y}"
    assert only(audited(tmp_path, figures, own)).expected == "53/268 = 19.776, so 19.8"
    # 58.0% of 119 are 69, 55.6% of 133 are 74: 143 of 252
    figures = "\n".join((months("N", 119, 133), months("P", "58.0", "55.6"), "T|year_to_date|2023-05||||144"))
    own = "x: {kind: same, title: x, figures: [T, {ref: N, times_percent: P, as: running}]}"
    assert only(audited(tmp_path, figures, own)).expected.startswith("143 ")


def test_twelve_months_up_to_one(tmp_path: Path) -> None:
    figures = "\n".join(
        [f"N|month|{2022 + (at >= 9)}-{(at + 3) % 12 + 1:02d}||||10" for at in range(12)]
        + ["R|rolling_12_months|2023-02||||50", "R|rolling_12_months|2023-03||||61"]
    )
    own = "x: {kind: rates, title: x, population: 20000, pairs: [{count: {ref: N, as: rolling_12_months}, rate: R}]}"
    assert only(audited(tmp_path, figures, own)).expected == "120 over 20,000 = 60"  # February has 11 months printed


def test_of_two_populations_that_fit_as_many_the_smaller_is_taken(tmp_path: Path) -> None:
    figures = "\n".join(
        (months("C", 100, 120, 110, 132), months("R", "50.0", "60.0", "50.0", "60.0"))
    )  # 20,000 and 22,000
    done = audited(tmp_path, figures, "x: {kind: rates, title: Rates, pairs: [{count: C, rate: R}]}")
    assert failing(done) == [("R", "2023-06"), ("R", "2023-07")]


def test_a_percentage_that_implies_several_whole_numbers_implies_none(tmp_path: Path) -> None:
    figures = months("N", 29) + "\n" + months("P", "23") + "\n" + months("Y", "23.2")  # 29 at 23% are of 124 to 128
    own = "x: {kind: ratio, title: x, of: N, to: {ref: N, as_percent: P}, is: Y}"
    assert audited(tmp_path, figures, own).untested == ("x",)
