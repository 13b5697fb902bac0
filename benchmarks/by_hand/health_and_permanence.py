"""Why: health assessments, dental checks and adoption by hand, on the same children looked after."""

from __future__ import annotations

from benchmarks.by_hand.looked_after import CARE
from benchmarks.by_hand.pieces import Query, flow, open_on, stock

_ADOPTED = "p.end_reason IN ('E11', 'E12')"

# 20 working days since 1 April 2011; who came into care before has no limit and is left out
_INITIAL_HEALTH = """
SELECT p.started_on AS day, p.child_id, p.team, met.working_before - begun.counts_from <= 20 AS holds
FROM (
  SELECT p.care_period_id, p.child_id, p.team, p.started_on, min(h.completed_on) AS met_on
  FROM care AS p
  LEFT JOIN health_checks AS h
    ON h.person_id = p.person_id AND h.completed_on >= p.started_on AND h.type = 'initial_health'
   AND coalesce(h.status, 'completed') = 'completed'
  WHERE p.started_on >= DATE '2011-04-01'
  GROUP BY ALL
) AS p
JOIN working_calendar AS begun ON begun.day = p.started_on
LEFT JOIN working_calendar AS met ON met.day = p.met_on"""

_LAST_CHECK = f"""{CARE},
checks AS (
  SELECT person_id, completed_on
  FROM health_checks
  WHERE type IN ({{types}}) AND coalesce(status, 'completed') = 'completed' AND completed_on IS NOT NULL
),
care_days AS (
  SELECT p.child_id, p.person_id, p.team, d.as_at
  FROM care AS p JOIN {{days}} AS d ON {open_on("p")} AND d.as_at >= months_after(p.started_on, 12)
)"""

_REVIEW_HEALTH = """
SELECT p.as_at, p.child_id, p.person_id, p.team,
  p.as_at <= months_after(h.completed_on, CASE WHEN age_on(c.date_of_birth, p.as_at) < 5 THEN 6 ELSE 12 END) AS holds
FROM care_days AS p
ASOF LEFT JOIN checks AS h ON h.person_id = p.person_id AND h.completed_on <= p.as_at
LEFT JOIN children AS c ON c.child_id = p.child_id"""

_DENTAL = """
SELECT p.as_at, p.child_id, p.person_id, p.team, p.as_at < year_after(h.completed_on) AS holds
FROM care_days AS p
ASOF LEFT JOIN checks AS h ON h.person_id = p.person_id AND h.completed_on <= p.as_at"""

_DAYS_TO_PLACEMENT = f"""
SELECT p.ended_on AS day, p.child_id, p.team, max(f.placed_on) - p.started_on AS amount
FROM care AS p
JOIN permanence AS f
  ON f.person_id = p.person_id AND f.placed_on <= p.ended_on
 AND (f.care_period_id = p.care_period_id OR (f.care_period_id IS NULL AND f.placed_on >= p.started_on))
WHERE {_ADOPTED}
GROUP BY p.care_period_id, p.ended_on, p.child_id, p.team, p.started_on"""


def queries(_: str) -> dict[str, Query]:
    health = _LAST_CHECK.replace("{types}", "'initial_health', 'review_health'")
    dental = _LAST_CHECK.replace("{types}", "'dental'")
    adopted = f"SELECT p.ended_on AS day, p.child_id, p.team FROM care AS p WHERE {_ADOPTED} AND p.ended_on IS NOT NULL"
    return {
        "cla_iha_20wd": flow(_INITIAL_HEALTH, tables=CARE, measure="share"),
        "cla_rha_up_to_date": stock(_REVIEW_HEALTH, tables=health, measure="share"),
        "cla_dental_up_to_date": stock(_DENTAL, tables=dental, measure="share"),
        "cla_adopted": flow(adopted, tables=CARE),
        "adoption_days_to_placement": flow(_DAYS_TO_PLACEMENT, tables=CARE, measure="average"),
    }
