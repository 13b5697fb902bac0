"""Why: what a definition file may say, as types: the JSON Schema that editors use and the checks of the loader are one thing.

These are the words as written. `indicators.py` and `record_sets.py` turn them into checked expressions.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from casetally.errors import did_you_mean
from casetally.yaml_files import YamlDocument

BREAKDOWNS = ("age_band", "ethnicity", "sex", "team")  # those that every record set offers
MOST_BREAKDOWNS = 4
ACROSS = ";"  # between the names of a cross-tabulation, and between its groups

BasisName = Literal["month", "quarter", "year", "year_to_date", "rolling_12_months", "week"]


Model = TypeVar("Model", bound=BaseModel)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ClockText(Part):
    """A time limit: it runs from a day to a due day, and is met on a day (or, in a stock, while the day is not past)."""

    from_: str = Field(alias="from", description="The day the clock starts: a date expression.")
    due: str = Field(description="The last day in time: a date expression, its limit read at the clock's start.")
    met: str | None = Field(
        None, description="The day on which what was due was done; left out where a spell covers each day."
    )
    met_before_start: Literal["in_time", "late"] = Field(
        "in_time", description="What counts where it was done before the start."
    )


class NamedClockText(ClockText):
    """A clock declared once in a record set, for several indicators and for `casetally due`."""

    title: str
    where: str | None = Field(None, description="The rows on which this clock runs.")
    open: tuple[str, str] | None = Field(
        None, description="First day and first day no longer: a due list shows rows open then."
    )
    due_list: str | None = Field(
        None, description="The heading under which `casetally due` lists what this clock asks for."
    )


class BreakdownText(Part):
    """Groups that a record set offers: a text of each row; null becomes 'unknown'."""

    title: str
    is_: str = Field(alias="is", description="A text expression over the record set's columns.")


class RecordSetText(Part):
    """What stands beside a record set's SQL: what a row is, which columns it has, and the clocks that run on it."""

    title: str
    one_row_is: str
    base: str = Field(description="The table whose record a row is.")
    id: tuple[str, ...] = Field(description="The columns that name that record.")
    columns: Mapping[str, str] = Field(description="Every column of the SQL and what it holds.")
    refines: tuple[str, ...] = Field((), description="Tables or table.column that refine and are not needed.")
    latest_suffices: tuple[str, ...] = Field(
        (),
        description="Tables of which the latest row alone decides which rows are open on the as-at date, and how they count.",
    )
    not_from_latest: tuple[str, ...] = Field(
        (), description="Columns that need the rows before the latest all the same."
    )
    clocks: Mapping[str, NamedClockText] = {}
    breakdowns: Mapping[str, BreakdownText] = Field(
        {}, description="Groups its indicators may offer beside age_band, ethnicity, sex and team."
    )


class DatedValue(Part):
    from_: dt.date = Field(alias="from")
    value: int
    source: str


class LimitText(Part):
    """A limit with the dates from which each value holds and the law or guidance that sets it."""

    title: str
    unit: str
    values: tuple[DatedValue, ...]


class RatioText(Part):
    """One indicator's numerator over another's, for the same period and group."""

    of: str
    to: str


class ExampleText(Part):
    """A few rows and the figure they give: what is not said of a row is filled in (ids, the child)."""

    why: str = ""
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
    month: str | None = None
    on: BasisName = "month"
    as_at: dt.date | None = None
    expect: str | int | float = Field(description="'1 of 2', a number, 'not applicable', or 'nothing' for 0 of 0.")


class IndicatorText(Part):
    """One indicator. Its kind follows from what is written: count alone, distinct, share, clock, rate, average, median, ratio,
    supplied."""

    title: str
    meaning: str
    source: str
    count: str | None = Field(None, description="The record set whose rows are counted.")
    when: str | None = Field(None, description="A flow: the row belongs to the period this day falls in.")
    open: tuple[str, str] | None = Field(
        None, description="A stock: rows open at the end of the period, first day to first day no longer."
    )
    where: str | None = Field(None, description="Narrows the rows (the denominator).")
    share: str | None = Field(None, description="The condition of the numerator.")
    clock: str | ClockText | None = Field(
        None, description="A clock, or the name of one in the record set: in time is the numerator."
    )
    distinct: str | None = Field(
        None, description="Count each value of this column once; child_id counts merged identities as one."
    )
    rate: int | None = Field(None, description="Per so many children aged 0 to 17 in the population.")
    average: str | None = None
    median: str | None = None
    ratio: RatioText | None = None
    supplied: bool = Field(False, description="The figure comes from the table supplied_figures, under this id.")
    basis: BasisName | None = Field(
        None, description="Of a supplied figure: the basis its periods are on; month if left out."
    )
    unit: str | None = None
    good: Literal["higher", "lower", "neither"] = "neither"
    breakdowns: tuple[str, ...] | None = Field(
        None,
        description="At most four: age_band, ethnicity, sex, team, those of the record set; 'a;b' is a cross-tabulation.",
    )
    weeks: bool = False
    looks_back: int | None = Field(
        None, description="Months before the period that the rule reads: figures before that are short of history."
    )
    unsettled: str | None = Field(
        None, description="Rows whose answer may still change by itself after the as-at date."
    )
    examples: tuple[ExampleText, ...] = ()


class IndicatorFile(RootModel[dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], IndicatorText]]):
    """A file of indicators by id."""


class LimitFile(RootModel[dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], LimitText]]):
    """A file of limits by name."""


def read_model(model: type[Model], data: Any, document: YamlDocument, path: tuple[str | int, ...] = ()) -> Model:
    """Validate a piece of a file. Raises DefinitionError at the first thing that is not as the model says."""
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        first = min(fault.errors(), key=_tells_less)
        where = (*path, *(part for part in first["loc"] if _is_in_file(document, part)))
        if first["type"] == "extra_forbidden":
            name = str(first["loc"][-1])
            inner = _model_at(model, first["loc"][:-1])
            known = [field.alias or key for key, field in inner.model_fields.items()]
            hint = did_you_mean(name, known, else_say="Known: " + ", ".join(known) + ".")
            raise document.error(
                (*where, "<key>"), f"'{name}' is not known here.", hint=hint, width=len(name)
            ) from fault
        if first["type"] == "missing":
            lacking = first["loc"][-1]
            says = f"'{lacking}' is missing here." if isinstance(lacking, str) else "A value is missing here."
            raise document.error(where, says, hint=_SEE) from fault
        says = first["msg"].removeprefix("Value error, ").replace("Input should be", "Expected here:") + "."
        near = ""
        if first["type"] == "literal_error":
            near = did_you_mean(str(first["input"]), re.findall(r"'([^']+)'", first["ctx"]["expected"]))
        raise document.error(where, _SAYS.get(first["type"], says), hint=near or _SEE) from fault


_SEE = "docs/definitions.md says what may stand here."
_SAYS = {
    "string_type": "A text is expected here.",
    "int_type": "A whole number is expected here.",
    "int_parsing": "A whole number is expected here.",
    "int_from_float": "A whole number is expected here.",
    "bool_parsing": "true or false is expected here.",
    "bool_type": "true or false is expected here.",
    "float_type": "A number is expected here.",
    "float_parsing": "A number is expected here.",
    "date_type": "A date is expected here, as 2023-04-01.",
    "model_type": "Keys with values are expected here.",
    "dict_type": "Keys with values are expected here.",
    "mapping_type": "Keys with values are expected here.",
    "tuple_type": "A list is expected here: [first, second].",
    "too_long": "There are too many values here.",
}


def _tells_less(error: Any) -> tuple[int, int]:
    """A misspelt key explains the missing one beside it; of a text or a clock, what fails deeper was meant."""
    rank = {"extra_forbidden": 0, "missing": 1}.get(error["type"], 2)
    return rank, -len(error["loc"])


def _model_at(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel]:
    """The model of the part that a path leads to."""
    for part in path:
        field = next((f for key, f in model.model_fields.items() if part in (key, f.alias)), None)
        model = next(iter(_models_in(field.annotation)), model) if field is not None else model
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _is_in_file(document: YamlDocument, part: str | int) -> bool:
    return isinstance(part, int) or any(part in path for path in document.nodes)
