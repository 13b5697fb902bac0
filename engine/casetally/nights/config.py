"""Why: what a night does is written once in a file that people can read, and a misspelt word is found before anything is read.

Paths are relative to the file. A source may name environment variables as `${NAME}`, so that no password stands in the file.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, ValidationInfo, field_validator

from casetally.errors import CallError, CasetallyError, did_you_mean
from casetally.nights.toml_text import TomlText, Where, read_toml
from casetally.periods import Period, month, month_end

MOST_MONTHS = 600
AS_AT_WORDS = ("night", "day_before", "month_end")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SHORTEST_SECRET = 4  # what is shorter would be taken out of every word
_ONE_DAY = dt.timedelta(1)
_YEARS = (1950, 2100)  # those of a day that a command takes
_LONGEST_DAYS, _LONGEST_MONTHS = 36_600, 1_200  # a hundred years
_SEE = "docs/nightly.md says what may stand here."
_APART = 'Let \'home\' be a folder of its own beside the sources: home = "nightly", sources = ["export"].'
_ONE_MONTH = "Let months = 2; or leave 'month' out, and the report is of the one month there is."
_SAYS = {
    "string_type": "A text in quotes is expected here.",
    "int_type": "A whole number is expected here.",
    "int_parsing": "A whole number is expected here.",
    "int_from_float": "A whole number is expected here.",
    "float_type": "A number is expected here.",
    "float_parsing": "A number is expected here.",
    "tuple_type": 'A list is expected here: ["first", "second"].',
    "model_type": "Keys with values are expected here.",
    "model_attributes_type": "Keys with values are expected here.",
    "dict_type": "Keys with values are expected here.",
    "path_type": "A path in quotes is expected here.",
    "too_short": "At least one is expected here.",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_written_out(cls, value: Any, info: ValidationInfo) -> Any:
        """No text may hold what is no letter (a path can't, a log must not); variables and `~` stand where they are filled in."""
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str) and not text.isprintable():
                raise ValueError("No line break, tab or other control character may stand here")
            if isinstance(text, str) and info.field_name != "sources" and _VARIABLE.search(text):
                raise ValueError("Environment variables are filled in among 'sources' alone")
        return value


class ReportWanted(_Part):
    """A report that each night makes."""

    name: str = Field(description="The name of a file in definitions/reports.")
    edition: Literal["internal", "published"] = Field(default="internal", description="published hides small counts.")
    month: Literal["last_complete", "current"] = Field(
        default="last_complete",
        description="Which month, by the as-at day; where there is but one and this is left out, that one.",
    )
    commentary: Path | None = Field(default=None, description="A folder of your own words: MONTH/INDICATOR.md.")


class Thresholds(_Part):
    """When tonight's records are held back. Shares lie between 0 and 1."""

    rows_gone: float = Field(
        default=0.2, gt=0, le=1, description="The share of a table's rows that may not be gone at once."
    )
    rows_least: int = Field(default=20, ge=1, description="A table with fewer rows is only asked whether it is empty.")
    ids_new: float = Field(
        default=0.5, gt=0, le=1, description="The share of a table's ids that may not be unknown at once."
    )
    days_silent: int = Field(
        default=21, ge=1, description="Days without a record; a table that is often silent has twice its own."
    )
    set_aside: float = Field(
        default=0.2, gt=0, le=1, description="The share of a table's rows that may not be set aside."
    )
    may_be_empty: tuple[str, ...] = Field(
        default=(), description="Tables that may be empty or absent, whatever they held."
    )


class Retention(_Part):
    """How long nights are kept. The last night of each month is kept longer than the others."""

    editions_days: int = Field(default=400, ge=1, le=_LONGEST_DAYS, description="Every night of so many days is kept.")
    month_ends_months: int = Field(
        default=84, ge=0, le=_LONGEST_MONTHS, description="The last night of each of so many months is kept."
    )
    log_months: int = Field(default=24, ge=1, le=_LONGEST_MONTHS, description="The log of so many months is kept.")


class Encryption(_Part):
    """Whose key seals backups and set-aside rows, and where DuckDB can, the editions.

    Without both, the environment's: CASETALLY_RECIPIENT, CASETALLY_KEY or CASETALLY_KEY_FILE.
    """

    key_file: Path | None = Field(default=None, description="A file with an age key, open to its owner only.")
    recipient: str | None = Field(default=None, description="A public key (age1...): seals, and can't open.")


class Backup(_Part):
    """Where each night is backed up, sealed."""

    to: Path = Field(description="A folder, best on another machine's disk.")
    keep: int = Field(default=14, ge=1, description="So many backups are kept.")


class NightlyConfig(_Part):
    """What a night is asked for."""

    sources: tuple[str, ...] = Field(min_length=1, description="Folders, files and database URLs, read together.")
    home: Path = Field(default=Path("nightly"), description="The folder of all that is kept.")
    authority: str | None = Field(default=None, description="The authority; else the one in populations.")
    as_at: dt.date | Literal["night", "day_before", "month_end"] = Field(
        default="day_before",
        description="The day the figures speak for: day_before, night, month_end (of the last month over by then).",
    )
    months: int = Field(default=24, ge=1, le=MOST_MONTHS, description="How many months back from the as-at day.")
    definitions: Path | None = Field(
        default=None, description="A folder of your own definitions, laid over what ships."
    )
    reports: tuple[ReportWanted, ...] = Field(default=(), description="The reports that each night makes.")
    accept: Thresholds = Field(default=Thresholds(), description="When tonight's records are held back.")
    retention: Retention = Field(default=Retention(), description="How long nights are kept.")
    encryption: Encryption = Field(default=Encryption(), description="The key that seals; else the environment's.")
    backup: Backup | None = Field(default=None, description="Where each night is backed up.")
    _folder: Path = PrivateAttr(default=Path())  # that of the file: paths from the environment are beside it too

    @field_validator("as_at", mode="before")
    @classmethod
    def _a_date_as_text_too(cls, value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return dt.date.fromisoformat(value)
        return value

    @field_validator("as_at")
    @classmethod
    def _a_year_that_can_be_meant(cls, value: dt.date | str) -> dt.date | str:
        if isinstance(value, dt.date) and not _YEARS[0] <= value.year <= _YEARS[1]:
            raise ValueError(f"The year of this day can't be meant: it must lie from {_YEARS[0]} to {_YEARS[1]}")
        return value

    def as_at_of(self, night: dt.date) -> dt.date:
        """The as-at day of a night: itself, the day before, the end of the last month that was over before it, or the day named."""
        if isinstance(self.as_at, dt.date):
            return self.as_at
        before = night.replace(day=1) - _ONE_DAY
        return {"night": night, "day_before": night - _ONE_DAY, "month_end": before}[self.as_at]


def read_config(path: Path) -> NightlyConfig:
    """A configuration, its paths made whole. Raises DefinitionError with file, line and column for what can't be meant."""
    text = read_toml(path)
    found = _checked(text)
    base = Path(os.path.realpath(path)).parent
    changes: dict[str, Any] = {
        "home": base / found.home.expanduser(),
        "sources": tuple(one if _VARIABLE.match(one) else _whole(base, one) for one in found.sources),
    }
    if found.definitions:
        changes["definitions"] = base / found.definitions.expanduser()
    changes["reports"] = tuple(
        one.model_copy(update={"commentary": base / one.commentary.expanduser()}) if one.commentary else one
        for one in found.reports
    )
    if found.encryption.key_file:
        key_file = base / found.encryption.key_file.expanduser()
        changes["encryption"] = found.encryption.model_copy(update={"key_file": key_file})
    if found.backup:
        changes["backup"] = found.backup.model_copy(update={"to": base / found.backup.to.expanduser()})
    whole = found.model_copy(update=changes)
    whole._folder = base
    _keep_apart(text, whole)
    _must_be_over(text, whole)
    return whole


def _must_be_over(text: TomlText, config: NightlyConfig) -> None:
    """With one month there is a last complete one only at its end: who asks for it would be refused on all other nights."""
    at_an_end = config.as_at == "month_end" or (
        isinstance(config.as_at, dt.date) and config.as_at == month_end(config.as_at)
    )
    for at, wanted in enumerate(config.reports):
        asked = "month" in wanted.model_fields_set and wanted.month == "last_complete"
        if config.months == 1 and asked and not at_an_end:
            says = "With months = 1 the last complete month is there only on the night after a month's end."
            raise text.error(("reports", at, "month"), says, hint=_ONE_MONTH)


def _keep_apart(text: TomlText, config: NightlyConfig) -> None:
    """What is kept must not be read as a source, nor a source lie where outputs are replaced."""
    home = Path(os.path.realpath(config.home))  # unlike resolve() it bears links in a circle
    for at, source in enumerate(config.sources):
        if "://" in source or "${" in source:
            continue
        folder = Path(os.path.realpath(source))
        if home == folder or home in folder.parents:
            raise text.error(("sources", at), "A source lies in 'home', whose files are the night's own.", hint=_APART)
        if folder in home.parents:
            raise text.error(("home",), f"'home' ('{home}') lies in a source, and would be read as one.", hint=_APART)


def sources_of(config: NightlyConfig, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The sources with their environment variables filled in, to be read and never to be shown.

    What is a path then is one beside the configuration, wherever the command is called from.
    Inside a URL a value is written so that its signs can't end the password. Raises CallError for a variable that is not set.
    """

    def filled(source: str) -> str:
        for name in _VARIABLE.findall(source):
            if name not in environment:
                raise CallError(
                    f"The environment variable '{name}', which a source names, is not set.",
                    hint="Set it for the account that runs the night (systemd: EnvironmentFile=).",
                )
        if _VARIABLE.fullmatch(source):
            return _whole(config._folder, environment[source[2:-1]])
        if "://" in source:
            return _VARIABLE.sub(lambda at: quote(environment[at[1]], safe=""), source)
        return _whole(config._folder, _VARIABLE.sub(lambda at: environment[at[1]], source))

    return tuple(filled(source) for source in config.sources)


def without_secrets(fault: BaseException, config: NightlyConfig, environment: Mapping[str, str] = os.environ) -> None:
    """Take out of what an error says the values of the environment that sources name: each stands there by its variable's name."""
    if isinstance(fault, CasetallyError):
        for name in {name for source in config.sources for name in _VARIABLE.findall(source)}:
            value = environment.get(name)
            if value and len(value) >= _SHORTEST_SECRET:
                fault.says, fault.hint = (text.replace(value, f"${{{name}}}") for text in (fault.says, fault.hint))
                if fault.place:
                    fault.place = replace(fault.place, file=fault.place.file.replace(value, f"${{{name}}}"))


def month_of(wanted: ReportWanted, as_at: dt.date, months: int) -> Period:
    """The month of a report: the one that holds the as-at day, or the last one that is over by then.

    `months`: how many the night has; of one alone a report is that does not say which.
    """
    only = months == 1 and "month" not in wanted.model_fields_set
    if wanted.month == "current" or only or as_at == month_end(as_at):
        return month(as_at)
    return month(as_at.replace(day=1) - _ONE_DAY)


def _whole(base: Path, source: str) -> str:
    """A source that is no URL, as a path from the root. One that begins with a variable is made so once that is filled in."""
    return source if "://" in source else str(base / Path(source).expanduser())


def _checked(text: TomlText) -> NightlyConfig:
    try:
        return NightlyConfig.model_validate(text.data)
    except ValidationError as fault:
        first = min(fault.errors(), key=lambda one: (len(one["loc"]) == 0, one["type"] == "missing"))
        where = cast(
            "Where",
            tuple(part for part in first["loc"] if part not in ("date", "literal['night','day_before','month_end']")),
        )
        last = str(where[-1]) if where else ""
        if first["type"] == "extra_forbidden":
            known = list(_model_at(where[:-1]).model_fields)
            hint = did_you_mean(last, known, else_say="Known: " + ", ".join(known) + ".")
            raise text.error(where, f"{last!r} is not known here.", hint=hint) from fault
        if first["type"] == "missing":
            raise text.error(where[:-1], f"'{last}' is missing here.", hint=_SEE) from fault
        if where == ("as_at",) and first["type"] != "value_error":
            near = did_you_mean(str(first["input"]), AS_AT_WORDS)
            says = f"Expected here: {', '.join(AS_AT_WORDS)} or a date as 2024-03-31."
            raise text.error(where, says, hint=near or _SEE) from fault
        if where == ("reports",) and first["type"] == "tuple_type":
            says = "A report stands under [[reports]], in two brackets, for there can be several."
            raise text.error(where, says, hint=_SEE) from fault
        says = first["msg"].removeprefix("Value error, ").replace("Input should be", "Expected here:") + "."
        near = ""
        if first["type"] == "literal_error":
            near = did_you_mean(str(first["input"]), re.findall(r"'([^']+)'", first["ctx"]["expected"]))
        raise text.error(where, _SAYS.get(first["type"], says), hint=near or _SEE) from fault


def _model_at(where: Where) -> type[BaseModel]:
    inside: dict[str, type[BaseModel]] = {
        "reports": ReportWanted, "accept": Thresholds, "retention": Retention, "encryption": Encryption, "backup": Backup,
    }  # fmt: skip
    return inside.get(str(where[0]), NightlyConfig) if where else NightlyConfig
