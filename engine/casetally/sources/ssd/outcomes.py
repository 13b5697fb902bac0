"""Why: the dataset tells outcomes as JSON objects of flags, several of which may be set, and the data model has one outcome.

Of several flags one decides, as a rule the one that takes the child furthest; the order of each tuple below says which. The
text is searched for its flags and not parsed: some systems cut it off or put comments into it that are not well formed.
Comments are free text about a child and are cut away before anything else is read.
Source of the flags: the published SSD specification and the extracts for Liquidlogic, Mosaic and Eclipse.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from casetally.schemas import load_schemas
from casetally.sources.column_names import folded
from casetally.sources.ssd.distinct import by_distinct

_YES = r'"?(?:Y|YES|T|TRUE|1)\b'
_COMMENTS = r'(?is)"(?:OUTCOME_)?COMMENTS"\s*:.*$'
_OTHER_FLAG = rf'(?i)"(?:OUTCOME_)?([A-Z0-9_]{{1,40}}?)_FLAG"\s*:\s*{_YES}'

# code list -> (flag, code), the one that takes the child furthest first
OUTCOMES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "contact_outcome": (
            ("NEW_REFERRAL", "social_care"),
            ("CP_ENQUIRY", "social_care"),
            ("EXISTING_REFERRAL", "open_case"),
            ("ADVICE", "information_advice"),
            ("NFA", "no_further_action"),
        ),
        "referral_outcome": (
            ("SINGLE_ASSESSMENT", "assessment"),  # first: the measure is whether the referral led to an assessment
            ("STRATEGY_DISCUSSION", "strategy_discussion"),
            ("CP_CONFERENCE", "other"),
            ("CP_TRANSFER_IN", "other"),
            ("CLA_REQUEST", "other"),
            ("NON_AGENCY_ADOPTION", "other"),
            ("PRIVATE_FOSTERING", "other"),
            ("CARE_LEAVER", "other"),
            ("OTHER_OUTCOMES_EXIST", "other"),
            ("NFA", "no_further_action"),
        ),
        "assessment_outcome": (
            ("STRATEGY_DISCUSSION", "strategy_discussion"),
            ("CLA_REQUEST", "looked_after"),
            ("PROV_OF_SERVICES", "child_in_need"),
            ("PROV_OF_SB_CARE", "child_in_need"),
            ("LEGAL_ACTION", "other"),
            ("PRIVATE_FOSTERING", "other"),
            ("SPECIALIST_ASSESSMENT", "other"),
            ("REFERRAL_TO_OTHER_AGENCY", "other"),
            ("OTHER_ACTIONS", "other"),
            ("OTHER_OUTCOMES_EXIST", "other"),
            ("NFA", "no_further_action"),
            ("NFA_S47_END", "no_further_action"),
        ),
        "s47_outcome": (
            ("CP_CONFERENCE", "icpc"),
            ("LEGAL_ACTION", "legal_action"),
            ("PROV_OF_SERVICES", "child_in_need"),
            ("PROV_OF_SB_CARE", "child_in_need"),
            ("NFA_CONTINUE_SINGLE", "assessment_continues"),
            ("MONITOR", "other_agency"),
            ("OTHER_OUTCOMES_EXIST", "other"),
            ("NFA", "no_further_action"),
        ),
    }
)
# what systems without flags write, beside the labels of the lists
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "contact_outcome": {
            **dict.fromkeys(("referral", "progress to referral", "new referral"), "social_care"),
            "advice": "information_advice",
            "nfa": "no_further_action",
        },
        "referral_outcome": {
            **dict.fromkeys(("single assessment", "assessment", "child and family assessment"), "assessment"),
            **dict.fromkeys(("strategy discussion", "section 47 enquiry"), "strategy_discussion"),
            "nfa": "no_further_action",
        },
        "assessment_outcome": {
            "strategy discussion": "strategy_discussion",
            "child in need": "child_in_need",
            "nfa": "no_further_action",
        },
        "s47_outcome": {"icpc": "icpc", "nfa": "no_further_action"},
    }
)
_PLANS = (
    ("RETURN1M", "return_home"), ("RETURN6M", "return_home"), ("RETURNEV", "return_home"), ("LTRELFR", "kinship"),
    ("LTFOST18", "long_term_fostering"), ("RESPLMT", "residential"), ("SUPPLIV", "independence"), ("ADOPTION", "adoption"),
    ("REMAINSUP", "REMAINSUP"), ("OTHERPLN", "OTHERPLN"),
)  # fmt: skip


def _set(flag: str, text: pl.Expr, ending: str = "_FLAG") -> pl.Expr:
    return text.str.contains(rf'(?i)"(?:OUTCOME_)?{flag}{ending}"\s*:\s*{_YES}')


def _bare(column: str) -> pl.Expr:
    return pl.col(column).str.replace(_COMMENTS, "")


def _is_object(text: pl.Expr) -> pl.Expr:
    return text.str.contains(r"^\s*\{")


def outcome(text: pl.Series, code_list: str) -> pl.Series:
    """The outcome of each text as a code of the list.

    An object: by its flags; a flag of another name stays as its name; none set is null. Other text is a list of
    descriptions: those known decide, in the same order; where none is known it stays as written.
    """
    return by_distinct(text, lambda texts: _outcome(texts, code_list))


def _outcome(text: pl.Series, code_list: str) -> pl.Series:
    flags = OUTCOMES[code_list]
    frame = text.alias("text").to_frame()
    bare = _bare("text")
    chosen = pl.coalesce(
        *(pl.when(_set(flag, bare)).then(pl.lit(code)) for flag, code in flags), bare.str.extract(_OTHER_FLAG)
    )
    known = _descriptions(text, code_list)
    described = pl.col("text").replace_strict(known, default=None, return_dtype=pl.String)
    return frame.select(pl.when(_is_object(pl.col("text"))).then(chosen).otherwise(described)).to_series()


def unreadable_outcome(text: pl.Series) -> pl.Series:
    """Where a text begins like an object and names no flag at all, so that nothing can be told from it."""
    return _told(text, _is_object(pl.col("text")) & ~_bare("text").str.contains('(?i)_FLAG"'))


def told_by_flags(text: pl.Series) -> pl.Series:
    """Where a text tells its outcome by flags."""
    return _told(text, _is_object(pl.col("text")))


def flag_said(text: pl.Series, flag: str) -> pl.Series:
    """What an outcome's flag says, as `true` or `false`; null where it says nothing."""
    said = _bare("text").str.to_uppercase().str.extract(rf'"(?:OUTCOME_)?{flag}_FLAG"\s*:\s*"?(Y|T|1|N|F|0)')
    yes = pl.when(said.is_in(["Y", "T", "1"])).then(pl.lit("true"))
    return _told(text, yes.when(said.is_not_null()).then(pl.lit("false")))


def _told(text: pl.Series, what: pl.Expr) -> pl.Series:
    """What each distinct text tells; `what` is said of a column `text`."""
    return by_distinct(text, lambda texts: texts.alias("text").to_frame().select(what).to_series())


def _descriptions(text: pl.Series, code_list: str) -> dict[str, str]:
    order = [code for _, code in OUTCOMES[code_list]]
    known = {folded(label): code for code, label in load_schemas().codes[code_list].items()}
    known |= {folded(code): code for code in load_schemas().codes[code_list]}
    known |= {folded(word): code for word, code in _WORDS[code_list].items()}
    read: dict[str, str] = {}
    for one in text.drop_nulls().unique().to_list():
        parts = [one, *one.replace("|", ",").replace(";", ",").strip("[] ").split(",")]
        codes = [known[folded(part)] for part in parts if folded(part) in known]
        rank = {code: order.index(code) if code in order else len(order) for code in codes}
        read[one] = min(codes, key=lambda code: (rank[code], code)) if codes else one
    return read


def permanence_plan(text: pl.Series) -> pl.Series:
    """The plan for permanence. Where plans of several kinds are ticked, which one leads is not told: their marks are written
    together, which is on no list and counts as unknown.
    """
    return by_distinct(text, _plan)


def _plan(text: pl.Series) -> pl.Series:
    frame = text.alias("text").to_frame()
    marks = [pl.when(_set(mark, pl.col("text"), "")).then(pl.lit(code)) for mark, code in _PLANS]
    ticked = pl.concat_list(marks).list.drop_nulls().list.unique().list.sort()
    chosen = pl.when(ticked.list.len() > 0).then(ticked.list.join(" + "))
    return frame.select(pl.when(_is_object(pl.col("text"))).then(chosen).otherwise("text")).to_series()


def factors(column: str) -> pl.Expr:
    """The factors in a text, each once and in no order: an array `["1A", "2B"]`, an object `{"1A": "Yes"}`, or `1A, 2B`."""
    text = pl.col(column)
    an_object = _is_object(text)
    ticked = pl.when(an_object).then(text).str.extract_all(rf'(?i)"[0-9]{{1,2}}[A-Z]?"\s*:\s*{_YES}')
    ticked = ticked.list.eval(pl.element().str.extract('"([^"]*)"').str.to_uppercase())
    parts = text.str.replace_all(r'[\[\]"\s]', "").str.to_uppercase().str.extract_all("[^,]+")
    parts = parts.list.set_difference(pl.lit(["NULL"]))
    return pl.when(an_object).then(ticked).otherwise(parts).list.unique()
