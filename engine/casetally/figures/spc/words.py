"""Why: a director, or somebody whom a screen reader reads to, must learn from words what a chart shows and how far to trust it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import takewhile

from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.spc.chart import FEWEST_MOVES, ChartPoint, ControlChart, Signal, stretches
from casetally.periods import MONTHS, Period, month_words

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SMALL = 100  # whole numbers up to this are too coarse for a mean
_VERDICTS = {
    "improving": "a change beyond common variation, for the better",
    "concerning": "a change beyond common variation, for the worse",
    "neither": "a change beyond common variation",
}
_VARIATIONS = {
    "common_cause": "Common variation: no sign of a change",
    "improving_high": "A change for the better, upwards, beyond common variation",
    "improving_low": "A change for the better, downwards, beyond common variation",
    "concerning_high": "A change for the worse, upwards, beyond common variation",
    "concerning_low": "A change for the worse, downwards, beyond common variation",
    "neither_high": "A change upwards, beyond common variation, that is in itself neither better nor worse",
    "neither_low": "A change downwards, beyond common variation, that is in itself neither better nor worse",
    "no_chart": "Too few months with a figure to tell common variation from a change",
}
_RARE = "With fewer than one a month on average, single months can't tell chance from change"
_ASSURANCES = {
    "passes": "The target can be expected to be met every month",
    "fails": "The target can be expected to be missed every month",
    "hit_or_miss": "The target can be met in one month and missed in the next without any real change",
    "none": "No target to hold the chart against",
}


def variation_words(chart: ControlChart) -> str:
    """What the variation icon says: whether the latest month is a sign of change, and for better or worse."""
    if chart.variation == "no_chart":
        return _no_icon(chart)
    says = _VARIATIONS[chart.variation]
    if chart.is_trial and chart.variation != "common_cause":
        says = f"Perhaps {says[:1].lower()}{says[1:]}"
    return says + _bracketed(chart)


def _no_icon(chart: ControlChart) -> str:
    if chart.points and not chart.is_current:
        return _nothing_to_judge(chart)
    if _is_rare(chart):
        return _RARE
    if _hidden(chart):
        return "Too few months since the last suppressed one to tell common variation from a change"
    return _VARIATIONS["no_chart"]


def _nothing_to_judge(chart: ControlChart) -> str:
    last = chart.points[-1]
    if last.status == "suppressed":
        return f"The figure for {_month(last.period)} is suppressed"
    if last.value is not None:
        return f"The records do not go back far enough to judge {_month(last.period)}"
    return f"There is no figure for {_month(last.period)}"


def assurance_words(chart: ControlChart) -> str:
    """What the assurance icon says: whether the target can be expected to be met."""
    if chart.mean is None:
        return "No limits to hold a target against"
    return _ASSURANCES[chart.assurance] + (_bracketed(chart) if chart.assurance != "none" else "")


def _is_rare(chart: ControlChart) -> bool:
    return chart.mean is None and chart.is_sparse and chart.unit != "percent"


def _hidden(chart: ControlChart) -> bool:
    return any(point.status == "suppressed" for point in chart.points)


def _bracketed(chart: ControlChart) -> str:
    return f" (trial limits: {_many(len(chart.counted), 'month')})" if chart.is_trial and chart.mean is not None else ""


def sentence(chart: ControlChart, places: int) -> str:
    """What the chart shows, in plain sentences: the usual range, the latest month, the target, and what to be careful of.

    `places`: the decimals that the line's figures are shown with. A mean of small whole numbers gets one more.
    """
    said = (
        _no_limits(chart),
        _level(chart, places),
        _not_current(chart),
        _latest(chart),
        _target(chart),
        _provisional(chart),
        _settling(chart),
        _since_hidden(chart),
        _short_history(chart),
        _sparse(chart),
    )
    return " ".join(one for one in said if one)


def _no_limits(chart: ControlChart) -> str:
    if chart.mean is not None:
        return ""
    if chart.points and chart.points[-1].status == "suppressed":
        return ""  # said of that month
    if _is_rare(chart):
        return f"{_RARE}, so no limits are drawn."
    found = len(chart.counted)
    since = " since the last suppressed one" if _hidden(chart) else ""
    if not found:
        return "No month has a figure that a control chart can be made of."
    why = "too few" if found <= FEWEST_MOVES else "too scattered"
    return (
        f"{_many(found, 'month')} with a figure{since} {'is' if found == 1 else 'are'} {why} to tell common variation from a "
        "change, so no limits are drawn."
    )


def _level(chart: ControlChart, places: int) -> str:
    if chart.mean is None or chart.drawn_lower is None or chart.drawn_upper is None:
        return ""
    span, mean = _span(chart), _shown(chart, chart.mean, places)
    if chart.lower == chart.upper:
        which = f"each of the {len(chart.counted)} months with a figure" if _gaps(chart) else "every month"
        return f"The monthly figure was {mean}{_unit(chart)} in {which} between {span}."
    averaged = f"Between {span}{_gaps(chart)} the monthly figure averaged {mean}{_unit(chart)}"
    lower, upper = (_shown(chart, one, places) + _sign(chart) for one in (chart.drawn_lower, chart.drawn_upper))
    if chart.drawn_lower == chart.least and chart.drawn_upper == chart.most:
        expected = f", but varies so much that anything from {lower} to {upper} would be expected"
    else:
        expected = f" and would be expected to lie between {lower} and {upper}"
    return f"{averaged}{expected}{_trial(chart)}."


def _trial(chart: ControlChart) -> str:
    return f" (trial limits, from {_many(len(chart.counted), 'month')} only)" if chart.is_trial else ""


def _not_current(chart: ControlChart) -> str:
    """What is to be known where nothing can be said of the chart's last month."""
    if not chart.points or chart.is_current:
        return ""
    if chart.points[-1].status == "suppressed":
        return f"{_nothing_to_judge(chart)}, so no limits are drawn: the other months would not be a fair sample."
    return f"{_nothing_to_judge(chart)}." if chart.mean is not None else ""


def _latest(chart: ControlChart) -> str:
    latest = chart.latest
    if chart.variation == "no_chart" or latest is None or chart.lower == chart.upper:
        return ""
    if chart.variation == "common_cause":
        return f"{_month(latest.period)} lies within this range, with no sign of a change."
    return f"{_capital(_signals(chart, latest))}: {_verdict(chart)}."


def _verdict(chart: ControlChart) -> str:
    verdict = _VERDICTS[chart.variation.partition("_")[0]]
    return f"perhaps {verdict}" if chart.is_trial else verdict


def _signals(chart: ControlChart, latest: ChartPoint) -> str:
    """The rules that the latest month breaks, the one that decides first, those that point the other way after 'though'."""
    way = chart.variation.rpartition("_")[2]
    told = [one for one in latest.signals if one != "two_of_three" or "beyond_limits" not in latest.signals]
    said = [(_TOLD[signal](chart, latest)) for signal in told]
    with_it = " and ".join(text for text, points in said if points == way)
    against = " and ".join(text for text, points in said if points != way)
    return f"{with_it}, though {against}" if against else with_it


def _beyond(chart: ControlChart, latest: ChartPoint) -> tuple[str, str]:
    above = _above(chart, latest)
    return f"{_month(latest.period)} is {'above' if above else 'below'} this range", _way(above)


def _trend(chart: ControlChart, latest: ChartPoint) -> tuple[str, str]:
    values = [_value(point) for point in _neighbours(chart)]
    rises = values[-1] > values[-2]
    back = list(zip(values[::-1], values[-2::-1], strict=False))
    moves = sum(1 for _ in takewhile(lambda pair: (pair[0] > pair[1]) if rises else (pair[0] < pair[1]), back))
    how = "rose" if rises else "fell"
    return f"the figure {how} in each of the {_number(moves)} months to {_month(latest.period)}", _way(rises)


def _two_of_three(chart: ControlChart, latest: ChartPoint) -> tuple[str, str]:
    above = _above(chart, latest)
    near = sum("two_of_three" in point.signals for point in _neighbours(chart)[-3:])
    which = "all three" if near == 3 else "two of the three"
    end = "upper" if above else "lower"
    text = f"{which} months to {_month(latest.period)} are close to the {end} end of this range or beyond it"
    return text, _way(above)


def _shift(chart: ControlChart, latest: ChartPoint) -> tuple[str, str]:
    assert chart.mean is not None
    mean, above = chart.mean, _above(chart, latest)
    back = reversed([_value(point) for point in _neighbours(chart)])
    run = sum(1 for _ in takewhile(lambda value: value > mean if above else value < mean, back))
    side = "above" if above else "below"
    return f"the {_number(run)} months to {_month(latest.period)} are all {side} the average", _way(above)


_TOLD: dict[Signal, Callable[[ControlChart, ChartPoint], tuple[str, str]]] = {
    "beyond_limits": _beyond,
    "trend": _trend,
    "two_of_three": _two_of_three,
    "shift": _shift,
}


def _target(chart: ControlChart) -> str:
    if chart.assurance == "none" or chart.is_trial or chart.mean is None:
        return ""
    target = _target_shown(chart)
    if chart.lower == chart.upper:
        return f"That {'meets' if chart.assurance == 'passes' else 'misses'} the target of {target}."
    if chart.assurance == "hit_or_miss":
        return (
            f"Only part of this range meets the target of {target}, so it can be met in one month and missed in the "
            "next without any real change."
        )
    does = "meets" if chart.assurance == "passes" else "misses"
    so = "met every month" if chart.assurance == "passes" else "missed every month unless something changes"
    return f"The whole range {does} the target of {target}, so it can be expected to be {so}."


def _target_shown(chart: ControlChart) -> str:
    last = chart.points[-1]
    bounds = last.target_range or ((last.target,) if last.target is not None else ())
    return " to ".join(f"{float(half_up(one, 2)):,.10g}" for one in bounds) + _unit(chart)


def _provisional(chart: ControlChart) -> str:
    run = list(takewhile(lambda point: point.maturity == "provisional", reversed(chart.counted)))
    if not run or chart.latest is None:
        return ""
    if len(run) == 1:
        return f"The figure for {_month(chart.latest.period)} is provisional and may still change."
    return f"The figures for the last {_number(len(run))} months are provisional and may still change."


def _settling(chart: ControlChart) -> str:
    found = [point for point in chart.counted if point.maturity == "settling"]
    if not found:
        return ""
    if len(found) == 1:
        return f"The figure for {_month(found[0].period)} is settling: records of it usually still arrive."
    return f"The figures for {_number(len(found))} months are settling: records of them usually still arrive."


def _since_hidden(chart: ControlChart) -> str:
    """Months that are not reckoned with, as the suppressed ones among them are missing because they are small."""
    hidden = [at for at, point in enumerate(chart.points) if point.status == "suppressed"]
    if not hidden or chart.mean is None:
        return ""
    last = _month(chart.points[hidden[-1]].period)
    return (
        f"{last} is left out, as it is suppressed."
        if hidden[-1] == 0
        else (
            f"The months up to {last} are left out, as some of them are suppressed and the others would not be a fair sample."
        )
    )


def _short_history(chart: ControlChart) -> str:
    """Months that look too good or too bad only because the records begin too late to judge them."""
    found = sum(point.value is not None and not point.is_counted for point in chart.points)
    if not found:
        return ""
    are, them = ("is", "it") if found == 1 else ("are", "them")
    return f"{_capital(_many(found, 'month'))} {are} left out, as the records do not go back far enough for {them}."


def _sparse(chart: ControlChart) -> str:
    if not chart.is_sparse or chart.mean is None:
        return ""
    return "The numbers are small: in at least half of the months one more or fewer moves the figure by ten points or more."


def _neighbours(chart: ControlChart) -> Sequence[ChartPoint]:
    """The months up to the latest that counts, back to the first gap."""
    return [chart.points[at] for at in stretches(chart.points)[-1]]


def _above(chart: ControlChart, point: ChartPoint) -> bool:
    return chart.mean is not None and point.value is not None and point.value > chart.mean


def _way(upwards: bool) -> str:
    return "high" if upwards else "low"


def _value(point: ChartPoint) -> Fraction:
    assert point.value is not None  # only points that count come here
    return point.value


def places_of_level(chart: ControlChart, places: int) -> int:
    """The decimals of a mean or a limit where the figures have `places`: small whole numbers are too coarse for them."""
    is_coarse = places == 0 and chart.unit == "number" and chart.upper is not None and abs(chart.upper) < _SMALL
    return 1 if is_coarse else places


def _shown(chart: ControlChart, number: Fraction, places: int) -> str:
    if number in (chart.least, chart.most):
        return f"{int(number):,}"
    return f"{half_up(number, places_of_level(chart, places)):,}"


def _unit(chart: ControlChart) -> str:
    if chart.unit == "percent":
        return "%"
    if chart.unit.startswith("per_"):
        return f" per {int(chart.unit[4:]):,}"
    return " days" if chart.unit == "days" else ""


def _sign(chart: ControlChart) -> str:
    """What stands at every figure; a longer unit is said once."""
    return "%" if chart.unit == "percent" else ""


def _month(period: Period) -> str:
    return month_words(period.start)


def _span(chart: ControlChart) -> str:
    first, last = chart.counted[0].period, chart.counted[-1].period
    begins = MONTHS[first.start.month - 1] if first.start.year == last.start.year else _month(first)
    return f"{begins} and {_month(last)}"


def _gaps(chart: ControlChart) -> str:
    """How many months between the first and the last have a figure, where some have none."""
    first, last = chart.counted[0].period, chart.counted[-1].period
    months = (last.start.year - first.start.year) * 12 + last.start.month - first.start.month + 1
    found = len(chart.counted)
    return f" ({found} of these {months} months have a figure)" if found < months else ""


def _number(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
