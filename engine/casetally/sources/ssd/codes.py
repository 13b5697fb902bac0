"""Why: the dataset's codes are mostly the DfE's own, but some systems write the label, the code with the label, or a word of
their supplier; the data model has one code for each.

What is on no list and no known word stays as written, so that the checks can say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import polars as pl

from casetally.schemas import load_schemas
from casetally.sources.column_names import folded
from casetally.sources.ssd.distinct import by_distinct

_LEADING = re.compile(r"\s*([A-Za-z0-9]{1,6})\s*[-–—:.)]\s*\S")
_LEADING_WITH_NUMBER = re.compile(r"\s*([A-Za-z]{1,2}\d{1,2}[A-Za-z]?)\s+\S")
_NO_LEADING = ("sex", "missing_type", "ehc_outcome")  # their codes are letters that begin other words
_SUITABLE = {"1": "true", "2": "false"}

# list -> a way of writing -> the code; "" means that nothing is recorded
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sex": {
            **dict.fromkeys(("male", "man", "boy", "1", "01"), "M"),
            **dict.fromkeys(("female", "woman", "girl", "2", "02"), "F"),
            **dict.fromkeys(("unknown", "not known", "indeterminate", "i", "0", "00", "9", "09"), "U"),
            "unborn": "N",
        },
        "ethnicity": {"CNHE": "CHNE"},
        "abuse_category": {
            "physical": "PHY",
            "sexual": "SAB",
            "emotional": "EMO",
            **dict.fromkeys(("multiple", "multiple/not recommended"), "MUL"),
        },
        "allocation_role": {
            **dict.fromkeys(("allocated case worker", "case worker", "cw"), "social_worker"),
            **dict.fromkeys(("personal advisor", "pa"), "personal_adviser"),
            **dict.fromkeys(("iro", "reviewing officer"), "reviewing_officer"),
        },
        "worker_role": {
            **dict.fromkeys(("team manager", "service manager", "practice manager"), "manager"),
            "personal advisor": "personal_adviser",
            "iro": "reviewing_officer",
            "family worker": "family_support",
        },
        "health_check_type": {
            **dict.fromkeys(("initial health assessment", "initial health", "iha"), "initial_health"),
            **dict.fromkeys(("review health assessment", "review health", "rha"), "review_health"),
            **dict.fromkeys(("dental", "dental check", "dentist"), "dental"),
            **dict.fromkeys(("optical", "optician", "optician check", "eye test"), "optical"),
            **dict.fromkeys(("development", "development check", "developmental check"), "development"),
        },
        "health_check_status": {
            **dict.fromkeys(("planned", "due"), "pending"),
            **dict.fromkeys(("complete", "held"), "completed"),
            "canceled": "cancelled",
        },
        "immigration_status": {
            **dict.fromkeys(
                (
                    "unaccompanied asylum seeking child",
                    "unaccompanied asylum seeking children",
                    "unaccompanied asylum seeking child (uasc)",
                    "unaccompanied asylum seeking children (uasc)",
                    "unaccompanied asylum seeker",
                ),
                "uasc",
            ),
            "refugee": "refugee",
            "indefinite leave": "ilr",
            "discretionary leave": "dlr",
            "discretionary leave to remain": "dlr",
        },
        "missing_type": {
            "missing from care": "M",
            **dict.fromkeys(("away", "absent", "away from placement without authorisation"), "A"),
        },
        "legal_status": {
            **dict.fromkeys(("interim care order", "section 38 interim care order"), "C1"),
            **dict.fromkeys(("full care order", "care order", "section 31 care order"), "C2"),
            **dict.fromkeys(("placement order", "placement order granted"), "E1"),
            **dict.fromkeys(("section 20", "s20", "accommodated under section 20"), "V2"),
            "emergency protection order": "L2",
            "police protection": "L1",
        },
        "order_type": {
            "special guardianship": "special_guardianship",
            "sgo": "special_guardianship",
            **dict.fromkeys(
                ("child arrangements order/ residence order", "residence order", "cao"), "child_arrangements"
            ),
        },
        "care_leaver_eligibility": {
            "eligible child": "eligible",
            "relevant child": "relevant",
            "former relevant child": "former_relevant",
            "qualifying child": "qualifying",
        },
        "care_leaver_in_touch": {"y": "YES", "n": "NO", "yes - in touch": "YES", "no - not in touch": "NO"},
        "early_help_end": {
            "outcomes met": "completed",
            "step-up": "stepped_up",
            "step up": "stepped_up",
            "moved out of area": "moved",
        },
        "pre_proceedings_outcome": {
            **dict.fromkeys(("decision to issue care proceedings", "issue care proceedings"), "proceedings"),
            **dict.fromkeys(("decision to step down", "step down"), "stepped_down"),
        },
        "ehc_outcome": {"y": "issued", "h": "issued", "n": "not_issued", "w": "withdrawn", "a": ""},
    }
)

# how a description of where a care leaver lives, or what they do, begins -> the letter or code of the return
_LIVES = (
    ("withparent", "B"), ("communityhome", "C"), ("semiindependent", "D"), ("supportedlodgings", "E"), ("goneabroad", "G"),
    ("deported", "H"), ("ordinarylodgings", "K"), ("residencenotknown", "R"), ("nofixedabode", "S"), ("foyers", "T"),
    ("independentliving", "U"), ("emergencyaccommodation", "V"), ("bedandbreakfast", "W"), ("incustody", "X"),
    ("otheraccommodation", "Y"), ("withformerfostercarer", "Z"),
)  # fmt: skip
_DOES = (
    ("fulltimeinhighereducation", "F1"), ("parttimeinhighereducation", "P1"), ("fulltimeineducation", "F2"),
    ("parttimeineducation", "P2"), ("fulltimeinanapprenticeship", "F4"), ("parttimeinanapprenticeship", "P4"),
    ("fulltimeintrainingoremployment", "F5"), ("parttimeintrainingoremployment", "P5"),
    ("notineducationemploymentortrainingbecauseofillness", "G4"),
    ("notineducationemploymentortrainingothercircumstances", "G5"),
    ("notineducationemploymentortrainingduetopregnancy", "G6"),
)  # fmt: skip


def listed(text: pl.Series, code_list: str) -> pl.Series:
    """The texts as codes of the list: by code, by label, by word, or by the code that leads the text (`C1 - Interim care
    order`). What is none of these stays as written.
    """
    known, by_code = _ways(code_list)
    leading = {} if code_list in _NO_LEADING else by_code

    def one(written: str) -> str | None:
        code = known.get(folded(written))
        if code is None and (found := _LEADING.match(written) or _LEADING_WITH_NUMBER.match(written)):
            code = leading.get(folded(found[1]))
        return written if code is None else code or None

    return _each(text, one)


@cache
def _ways(code_list: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Every way of writing the codes of a list, and of these the codes themselves."""
    codes = load_schemas().codes[code_list]
    by_code = {folded(code): code for code in codes}
    known = {folded(label): code for code, label in codes.items()}
    known |= {folded(word): code for word, code in WORDS.get(code_list, {}).items()}
    return known | by_code, by_code


def suitability(text: pl.Series) -> pl.Series:
    """Whether accommodation is suitable: the dataset's 1 and 2 (not 1 and 0), or the words, as flags."""

    def one(written: str) -> str:
        words = folded(written)
        if "unsuitable" in words or "notsuitable" in words:
            return "false"
        return "true" if words.endswith("suitable") else _SUITABLE.get(words, written)

    return _each(text, one)


def accommodation(text: pl.Series, suitable: pl.Series) -> pl.Series:
    """The return's code of where a care leaver lives: the letter, and 1 where that is suitable, 2 where it is not.

    A letter whose suitability is not known stays a letter, and counts as unknown.
    """
    letters = _by_beginning(listed(text, "care_leaver_accommodation"), _LIVES)
    ending = suitable.replace_strict({"true": "1", "false": "2"}, default=None, return_dtype=pl.String)
    both = pl.DataFrame({"letter": letters, "ending": ending})
    alone = pl.col("letter").str.contains("^[A-Za-z]$") & pl.col("ending").is_not_null()
    written = both.select(
        pl.when(alone).then(pl.col("letter").str.to_uppercase() + pl.col("ending")).otherwise("letter")
    )
    return written.to_series()


def activity(text: pl.Series) -> pl.Series:
    """The return's code of what a care leaver does; a description is read by how it begins."""
    return _by_beginning(listed(text, "care_leaver_activity"), _DOES)


def _by_beginning(text: pl.Series, begins: tuple[tuple[str, str], ...]) -> pl.Series:
    def one(written: str) -> str:
        words = re.sub("^youngperson(engaged)?", "", folded(written))
        return next((code for beginning, code in begins if words.startswith(beginning)), written)

    return _each(text, one)


def _each(text: pl.Series, one: Callable[[str], str | None]) -> pl.Series:
    return by_distinct(text, lambda texts: pl.Series([one(was) for was in texts.to_list()], dtype=pl.String))
