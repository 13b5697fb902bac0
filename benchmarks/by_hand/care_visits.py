"""Why: when a visit to a looked after child is due is the longest rule of all, so it has a file of its own.

The limits of regulation 28 begin on 1 April 2011: before that no visit has a due day, and what has none is left out.
"""

from __future__ import annotations

from benchmarks.by_hand.looked_after import PLACEMENTS
from benchmarks.by_hand.pieces import Query, flow, open_on, stock

_SINCE = "DATE '2011-04-01'"

_VISITS = f"""{PLACEMENTS},
stays AS (
  SELECT *, min(started_on) OVER (PARTITION BY care_period_id, stay) AS stay_on FROM numbered
),
visits AS (
  SELECT v.visit_id, v.visited_on, p.care_period_id, p.child_id, p.person_id, p.team, p.started_on
  FROM care_visits AS v
  JOIN care AS p
    ON p.person_id = v.person_id AND (v.care_period_id = p.care_period_id OR (v.care_period_id IS NULL
       AND v.visited_on >= p.started_on AND (p.ended_on IS NULL OR v.visited_on < p.ended_on)))
),
agreed AS (
  SELECT v.visit_id, arg_max(a.interval_days, (a.started_on, -a.interval_days)) AS interval_days
  FROM visits AS v
  JOIN visit_plans AS a
    ON a.person_id = v.person_id AND a.started_on <= v.visited_on AND (a.ended_on IS NULL OR a.ended_on > v.visited_on)
  WHERE a.kind = 'cla'
  GROUP BY v.visit_id
),
settled AS (
  SELECT v.visit_id
  FROM visits AS v
  JOIN stays AS n
    ON n.care_period_id = v.care_period_id AND n.started_on <= v.visited_on
   AND (n.ended_on IS NULL OR n.ended_on > v.visited_on)
  GROUP BY v.visit_id, v.visited_on
  HAVING arg_max(coalesce(n.intended_to_18 AND v.visited_on >= months_after(n.stay_on, 12), FALSE), (n.started_on, n.placement_id))
),
with_moves AS (
  SELECT v.*, CASE WHEN m.started_on >= {_SINCE} THEN m.started_on + 7 END AS move_due_on
  FROM visits AS v
  ASOF LEFT JOIN (SELECT DISTINCT care_period_id, started_on FROM placed WHERE NOT same_stay) AS m
    ON m.care_period_id = v.care_period_id AND m.started_on > v.visited_on
),
due AS (
  SELECT v.*, least(CASE
      WHEN a.interval_days IS NOT NULL THEN v.visited_on + a.interval_days::INT
      WHEN v.visited_on < {_SINCE} THEN NULL
      WHEN s.visit_id IS NOT NULL THEN months_after(v.visited_on, 3)
      ELSE v.visited_on + 42 END, v.move_due_on) AS next_due_on
  FROM with_moves AS v
  LEFT JOIN agreed AS a ON a.visit_id = v.visit_id
  LEFT JOIN settled AS s ON s.visit_id = v.visit_id
)"""

_MADE = f"""
SELECT visited_on AS day, child_id, team, visited_on <= due_on AS holds
FROM (
  SELECT visited_on, child_id, team, coalesce(
      lag(next_due_on) OVER (PARTITION BY care_period_id ORDER BY visited_on, visit_id),
      CASE WHEN started_on >= {_SINCE} THEN started_on + 7 END
    ) AS due_on
  FROM due
)
WHERE due_on IS NOT NULL"""

_BY_DAY = f"""{_VISITS},
last_of_day AS (SELECT care_period_id, visited_on, max(next_due_on) AS next_due_on FROM due GROUP BY ALL),
care_days AS (
  SELECT p.care_period_id, p.child_id, p.person_id, p.team, p.started_on, d.as_at
  FROM care AS p JOIN {{days}} AS d ON {open_on("p")}
)"""

_UP_TO_DATE = f"""
SELECT as_at, child_id, person_id, team, as_at <= due_on AS holds
FROM (
  SELECT p.*, CASE
      WHEN v.visited_on IS NOT NULL THEN v.next_due_on
      WHEN p.started_on >= {_SINCE} THEN p.started_on + 7 END AS due_on
  FROM care_days AS p
  ASOF LEFT JOIN last_of_day AS v ON v.care_period_id = p.care_period_id AND v.visited_on <= p.as_at
)
WHERE due_on IS NOT NULL"""


def queries(_: str) -> dict[str, Query]:
    return {
        "cla_visits_made_in_time": flow(_MADE, tables=_VISITS, measure="share"),
        "cla_visit_up_to_date": stock(_UP_TO_DATE, tables=_BY_DAY, measure="share"),
    }
