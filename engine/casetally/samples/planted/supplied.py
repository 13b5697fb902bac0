"""Why: a report prints what no record of a child gives (staffing, calls, audits); an authority supplies such figures as they are.

They are the only figures among the planted records, and stand in the table of supplied figures: `settings: supplied:` says
under which indicator each line goes.
"""

from __future__ import annotations

from casetally.samples.planted.making import Making

SOURCE = "Printed in the report"


def plant(making: Making) -> None:
    """The lines that the settings name, as they are printed, whole numbers where there are any."""
    for indicator, said in making.facts.setting("supplied", {}).items():
        periods: dict[str, str] = said.get("periods", {})
        for figure in making.facts.figures(said["ref"], said.get("basis", "month")):
            if not figure.period or (figure.breakdown and not said.get("groups")):
                continue
            whole = figure.numerator is not None and figure.denominator is not None
            making.rows.add(
                "supplied_figures",
                indicator=indicator,
                period=periods.get(figure.period, figure.period),
                breakdown=figure.breakdown or None,
                numerator=figure.numerator if whole else None,
                denominator=figure.denominator if whole else None,
                value=float(figure.value) if figure.value is not None else None,
                source=SOURCE,
            )
