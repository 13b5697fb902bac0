"""Why: two exports of the same records may list them in another order, and the figures must not know."""

from __future__ import annotations

import random

import pytest

from cin_census.made_up import (
    assessment,
    case,
    census,
    child,
    cin_plan,
    cp_plan,
    enquiry,
    fates,
    names,
    read_files,
    table,
)

DAYS = ("2021-05-02", "2021-11-20", "2022-05-02", "2022-11-20", "2023-05-02")
ENDS = (None, None, "2022-06-30", "2023-06-30")


def some(luck: random.Random, make: object, most: int) -> list[str]:
    return [make(luck) for _ in range(luck.randrange(most + 1))]  # type: ignore[operator]


def an_assessment(luck: random.Random) -> str:
    return assessment(luck.choice(DAYS), luck.choice(ENDS), tuple(luck.sample(("3B", "4B", "20"), luck.randrange(3))))


def a_cin_plan(luck: random.Random) -> str:
    return cin_plan(luck.choice(DAYS), luck.choice(ENDS))


def an_enquiry(luck: random.Random) -> str:
    return enquiry(luck.choice(DAYS), luck.choice((None, *DAYS)), luck.choice("01"))


def a_plan(luck: random.Random) -> str:
    return cp_plan(luck.choice(DAYS), luck.choice(ENDS), tuple(luck.choice(DAYS) for _ in range(luck.randrange(3))))


def a_census(luck: random.Random, year: int, order: random.Random) -> str:
    """A census of few days and few children, so that much begins on one day. `order` decides only in which order it is told."""

    def shuffled(parts: list[str]) -> list[str]:
        return order.sample(parts, len(parts))

    children = []
    for number in range(5):
        cases = []
        for _ in range(luck.randrange(4)):
            inside = [shuffled(some(luck, make, 2)) for make in (an_assessment, a_cin_plan, an_enquiry)]
            plans = tuple(shuffled(some(luck, a_plan, 2)))
            told = {"closed": luck.choice(ENDS), "nfa": luck.choice("01"), "source": luck.choice(("2A", "6"))}
            first, conference = luck.choice(DAYS[:2]), luck.choice((None, *DAYS))
            every = (one for part in inside for one in part)
            cases.append(case(first, *every, plans=plans, conference=conference, **told))
        kinds = shuffled(luck.sample(("LD", "VIS", "HEAR"), luck.randrange(3)))
        born = luck.choice(("2012-06-15", "2012-06-16", None))
        children.append(
            child(
                f"c{number % 4}",
                *shuffled(cases),
                year=year,
                disabilities=tuple(kinds),
                born=born,
                sex=luck.choice("12"),
            )
        )
    return census(*shuffled(children), year=year)


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_files_children_and_records_decides_nothing(seed: int) -> None:
    told = []
    for order in (1, 2):
        luck, shuffle = random.Random(seed), random.Random(f"{seed} {order}")  # noqa: S311 - the same files each time
        texts = [a_census(luck, year, shuffle) for year in (2022, 2023, 2024)]
        files = [f"{name}.xml" for name in shuffle.sample("abc", 3)]
        told.append(read_files(dict(zip(files, texts, strict=True))))
    first, second = told
    assert fates(first) == fates(second)
    for name in names(first):
        assert table(first, name) == table(second, name), name
    assert sorted(first.findings["rule"].to_list()) == sorted(second.findings["rule"].to_list())
