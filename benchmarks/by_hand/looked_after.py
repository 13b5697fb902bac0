"""Why: looked after children by hand. Respite under V3 and V4 is left out first, in every query."""

from __future__ import annotations

from benchmarks.by_hand.pieces import Query, flow, open_on, stock, stock_rate

CARE = """respite AS (
  SELECT p.care_period_id
  FROM care_periods AS p
  JOIN legal_statuses AS s
    ON s.person_id = p.person_id AND (p.ended_on IS NULL OR s.started_on < p.ended_on OR s.started_on = p.started_on)
   AND (s.ended_on IS NULL OR s.ended_on > p.started_on)
  WHERE s.status IS NOT NULL
  GROUP BY p.care_period_id
  HAVING bool_and(s.status IN ('V3', 'V4'))
),
care AS (FROM care_periods ANTI JOIN respite USING (care_period_id))"""

_OPEN = f"""
SELECT d.as_at, p.child_id, p.person_id, p.team, p.person_id AS key
FROM care AS p JOIN {{days}} AS d ON {open_on("p")}"""

_CEASED = f"""
WITH {CARE}
SELECT p.ended_on AS day, p.child_id, p.team, CASE
    WHEN p.end_reason IN ('E11', 'E12') THEN 'Adopted'
    WHEN p.end_reason IN ('E41', 'E45', 'E46', 'E47', 'E48') THEN 'Special guardianship or child arrangements'
    WHEN p.end_reason IN ('E4A', 'E4B', 'E13') THEN 'Returned home'
    WHEN age_on(c.date_of_birth, p.ended_on) >= 18 OR p.end_reason IN ('E5', 'E6', 'E7', 'E17')
      THEN CASE WHEN EXISTS (
        FROM immigration_statuses AS s
        WHERE s.person_id = p.person_id AND s.status = 'uasc' AND (s.started_on IS NULL OR s.started_on < p.ended_on)
          AND (s.ended_on IS NULL OR s.ended_on >= p.ended_on)
      ) THEN 'UASC turned 18' ELSE 'Turned 18' END
    WHEN p.end_reason IS NOT NULL THEN 'Other' END AS destination
FROM care AS p LEFT JOIN children AS c ON c.child_id = p.child_id
WHERE p.ended_on IS NOT NULL"""

_UASC = f"""
SELECT d.as_at, p.child_id, p.person_id, p.team, p.person_id AS key
FROM care AS p
JOIN immigration_statuses AS s ON s.person_id = p.person_id
JOIN {{days}} AS d
  ON {open_on("p")} AND (s.started_on IS NULL OR s.started_on <= d.as_at) AND (s.ended_on IS NULL OR s.ended_on > d.as_at)
WHERE s.status = 'uasc'"""

# placements of one carer that follow on each other are one stay
PLACEMENTS = f"""{CARE},
placed AS (
  SELECT *, coalesce(
      carer_id = lag(carer_id) OVER in_order AND started_on = lag(ended_on) OVER in_order, FALSE
    ) AS same_stay
  FROM placements SEMI JOIN care USING (care_period_id)
  WINDOW in_order AS (PARTITION BY care_period_id ORDER BY started_on, placement_id)
),
numbered AS (
  SELECT *, count(*) FILTER (WHERE NOT same_stay) OVER (
      PARTITION BY care_period_id ORDER BY started_on, placement_id ROWS UNBOUNDED PRECEDING
    ) AS stay
  FROM placed
)"""

_STAYS = f"""{PLACEMENTS},
stays AS (
  SELECT person_id, min(started_on) AS started_on,
    CASE WHEN bool_or(ended_on IS NULL) THEN NULL ELSE max(ended_on) END AS ended_on
  FROM numbered
  WHERE type IS NULL OR type NOT IN ('T0', 'T1', 'T2', 'T3', 'T4')
  GROUP BY person_id, care_period_id, stay
),
counted AS (
  SELECT s.person_id, d.as_at, count(*) AS placements
  FROM stays AS s
  JOIN {{days}} AS d ON s.started_on <= d.as_at AND (s.ended_on IS NULL OR s.ended_on > d.{{first_day}})
  GROUP BY ALL
)"""

_THREE_OR_MORE = f"""
SELECT d.as_at, p.child_id, p.person_id, p.team, c.placements >= 3 AS holds
FROM care AS p
JOIN {{days}} AS d ON {open_on("p")}
LEFT JOIN counted AS c ON c.person_id = p.person_id AND c.as_at = d.as_at"""

_STAYS_IN_ORDER = f"""{PLACEMENTS},
begun AS (SELECT care_period_id, stay, min(started_on) AS stay_on FROM numbered GROUP BY ALL),
stays AS (
  SELECT n.care_period_id, n.placement_id, n.started_on, n.ended_on, n.type, b.stay_on, before.stay_on AS stay_before_on
  FROM numbered AS n
  JOIN begun AS b ON b.care_period_id = n.care_period_id AND b.stay = n.stay
  LEFT JOIN begun AS before ON before.care_period_id = n.care_period_id AND before.stay = n.stay - 1
)"""

_CURRENT = """QUALIFY row_number() OVER (
  PARTITION BY p.care_period_id, d.as_at ORDER BY n.started_on DESC NULLS LAST, n.placement_id DESC
) = 1"""

_STABILITY = f"""
SELECT d.as_at, p.child_id, p.person_id, p.team,
  d.as_at >= months_after(n.stay_on, 24)
    OR (n.type IN ('A3', 'A4', 'A5', 'A6') AND d.as_at >= months_after(n.stay_before_on, 24)) AS holds
FROM care AS p
JOIN children AS c ON c.child_id = p.child_id
JOIN {{days}} AS d ON {open_on("p")} AND d.as_at >= months_after(p.started_on, 30)
LEFT JOIN stays AS n
  ON n.care_period_id = p.care_period_id AND n.started_on <= d.as_at AND (n.ended_on IS NULL OR n.ended_on > d.as_at)
WHERE age_on(c.date_of_birth, d.as_at) < 16
{_CURRENT}"""

_OVER_20_MILES = f"""
SELECT d.as_at, p.child_id, p.person_id, p.team, n.distance_miles > 20 AS holds
FROM care AS p
JOIN {{days}} AS d ON {open_on("p")}
LEFT JOIN placements AS n
  ON n.care_period_id = p.care_period_id AND n.started_on <= d.as_at AND (n.ended_on IS NULL OR n.ended_on > d.as_at)
{_CURRENT}"""

# 20 working days for the first review since 1 April 2011; a first review due before has no limit and is left out
_REVIEWS = f"""
WITH {CARE}
SELECT r.held_on AS day, r.child_id, r.team, CASE r.number
    WHEN 1 THEN met.working_before - begun.counts_from <= 20
    WHEN 2 THEN r.held_on <= months_after(r.before_on, 3)
    ELSE r.held_on <= months_after(r.before_on, 6) END AS holds
FROM (
  SELECT p.child_id, p.team, p.started_on, r.held_on,
    row_number() OVER in_order AS number, lag(r.held_on) OVER in_order AS before_on
  FROM care_reviews AS r JOIN care AS p ON p.care_period_id = r.care_period_id
  WHERE r.cancelled IS NOT TRUE AND r.held_on IS NOT NULL
  WINDOW in_order AS (PARTITION BY r.care_period_id ORDER BY r.held_on, r.review_id)
) AS r
JOIN working_calendar AS met ON met.day = r.held_on
LEFT JOIN working_calendar AS begun ON begun.day = r.started_on
WHERE r.number > 1 OR r.started_on >= DATE '2011-04-01'"""

_REVIEWS_BY_DAY = f"""{CARE},
reviews AS (
  SELECT care_period_id, held_on,
    count(*) OVER (PARTITION BY care_period_id ORDER BY held_on) AS number
  FROM care_reviews
  WHERE cancelled IS NOT TRUE AND held_on IS NOT NULL
),
care_days AS (
  SELECT p.care_period_id, p.child_id, p.person_id, p.team, p.started_on, d.as_at, d.working_before
  FROM care AS p JOIN {{days}} AS d ON {open_on("p")}
)"""

_REVIEWS_UP_TO_DATE = """
SELECT p.as_at, p.child_id, p.person_id, p.team, CASE
    WHEN r.held_on IS NULL THEN p.working_before - begun.counts_from <= 20
    WHEN r.number = 1 THEN p.as_at <= months_after(r.held_on, 3)
    ELSE p.as_at <= months_after(r.held_on, 6) END AS holds
FROM care_days AS p
ASOF LEFT JOIN reviews AS r ON r.care_period_id = p.care_period_id AND r.held_on <= p.as_at
LEFT JOIN working_calendar AS begun ON begun.day = p.started_on
WHERE r.held_on IS NOT NULL OR p.started_on >= DATE '2011-04-01'"""


def three_or_more(first_day: str) -> Query:
    """Three or more placements in a window that ends on the stock day and begins on `first_day`, a column of stock_days."""
    return stock(_THREE_OR_MORE, tables=_STAYS.replace("{first_day}", first_day), measure="share")


def queries(_: str) -> dict[str, Query]:
    started = "SELECT started_on AS day, child_id, team FROM care"
    return {
        "cla_open": stock(_OPEN, tables=CARE, measure="distinct"),
        "cla_rate": stock_rate(_OPEN, tables=CARE, counts="count(DISTINCT key)"),
        "cla_uasc": stock(_UASC, tables=CARE, measure="distinct"),
        "cla_started": flow(started, tables=CARE),
        "cla_ceased": flow(_CEASED, groups=("age_band", "destination", "sex", "team")),
        "cla_3plus_placements_12m": three_or_more("twelve_months_from"),
        "cla_3plus_placements_ytd": three_or_more("year_from"),
        "cla_long_term_stability": stock(_STABILITY, tables=_STAYS_IN_ORDER, measure="share"),
        "cla_over_20_miles": stock(_OVER_20_MILES, tables=CARE, measure="share"),
        "cla_reviews_held_in_time": flow(_REVIEWS, measure="share"),
        "cla_reviews_up_to_date": stock(_REVIEWS_UP_TO_DATE, tables=_REVIEWS_BY_DAY, measure="share"),
    }
