"""Why: enquiries, conferences and plans by hand; the latest visit or review on a day comes from an ASOF join."""

from __future__ import annotations

from benchmarks.by_hand.pieces import OF_THE_CHILD, Query, flow, flow_rate, open_on, stock, stock_rate

_OWN = "other_authority IS NOT TRUE"

_ENQUIRY_TO_CONFERENCE = """
SELECT s.completed_on AS day, s.child_id, s.team,
  coalesce(s.outcome = 'icpc', FALSE) OR EXISTS (FROM cp_conferences AS c WHERE c.enquiry_id = s.enquiry_id) AS holds
FROM s47_enquiries AS s
WHERE s.completed_on IS NOT NULL"""

_INVESTIGATIONS = """
SELECT started_on AS day, child_id, team,
  coalesce('investigation ' || investigation_id, 'enquiry ' || enquiry_id) AS key
FROM s47_enquiries"""

_CONFERENCE = """
SELECT c.held_on AS day, c.child_id, c.team,
  begun.day <= c.held_on AND met.working_before - begun.counts_from <= 15 AS holds
FROM cp_conferences AS c
JOIN working_calendar AS met ON met.day = c.held_on
LEFT JOIN s47_enquiries AS s ON s.enquiry_id = c.enquiry_id
LEFT JOIN strategy_discussions AS d ON d.discussion_id = s.discussion_id
LEFT JOIN working_calendar AS begun ON begun.day = coalesce(s.strategy_discussion_on, d.held_on, s.started_on)
WHERE c.transfer_in IS NOT TRUE"""

_REPEAT_EVER = f"""
SELECT started_on AS day, child_id, team,
  started_on > min(started_on) OVER (PARTITION BY person_id) OR coalesce(previous_plans > 0, FALSE) AS holds
FROM cp_plans
WHERE {_OWN}"""

_REPEAT_2Y = f"""
SELECT p.started_on AS day, p.child_id, p.team, EXISTS (
    FROM cp_plans AS e
    WHERE e.{_OWN} AND e.person_id = p.person_id AND e.started_on < p.started_on AND e.ended_on <= p.started_on
      AND p.started_on <= months_after(e.ended_on, 24)
  ) AS holds
FROM cp_plans AS p
WHERE p.{_OWN}"""

_ENDED_2Y = f"""
SELECT ended_on AS day, child_id, team, ended_on >= months_after(started_on, 24) AS holds
FROM cp_plans
WHERE {_OWN} AND ended_on IS NOT NULL"""

_OPEN = f"""
SELECT d.as_at, p.child_id, p.person_id, p.team{{more}}
FROM cp_plans AS p JOIN {{days}} AS d ON {open_on("p")}
WHERE p.{_OWN}"""

_LAST_VISIT = f"""plan_days AS (
  SELECT p.plan_id, p.child_id, p.person_id, p.team, p.started_on, d.as_at, d.working_before
  FROM cp_plans AS p JOIN {{days}} AS d ON {open_on("p")}
  WHERE p.{_OWN}
),
seen AS (
  SELECT p.as_at, p.child_id, p.person_id, p.team, p.working_before, coalesce(v.visited_on, p.started_on) AS last_on
  FROM plan_days AS p ASOF LEFT JOIN cp_visits AS v ON v.plan_id = p.plan_id AND v.visited_on <= p.as_at
)"""

_SEEN_WORKING_DAYS = """
SELECT s.as_at, s.child_id, s.person_id, s.team, s.working_before - begun.counts_from <= {limit} AS holds
FROM seen AS s LEFT JOIN working_calendar AS begun ON begun.day = s.last_on"""

_VISITS_MADE = f"""
SELECT v.visited_on AS day, v.child_id, v.team, met.working_before - begun.counts_from <= {{limit}} AS holds
FROM (
  SELECT v.visited_on, v.child_id, p.team,
    coalesce(lag(v.visited_on) OVER (PARTITION BY v.plan_id ORDER BY v.visited_on, v.visit_id), p.started_on) AS before_on
  FROM cp_visits AS v JOIN cp_plans AS p ON p.plan_id = v.plan_id
  WHERE p.{_OWN}
) AS v
JOIN working_calendar AS met ON met.day = v.visited_on
LEFT JOIN working_calendar AS begun ON begun.day = v.before_on"""

_REVIEWS = f"""reviews AS (
  SELECT r.plan_id, r.child_id, p.team, r.held_on, r.held_on <= coalesce(
      months_after(lag(r.held_on) OVER (PARTITION BY r.plan_id ORDER BY r.held_on, r.review_id), 6),
      months_after(p.started_on, 3)
    ) AS in_time
  FROM cp_reviews AS r JOIN cp_plans AS p ON p.plan_id = r.plan_id
  WHERE p.{_OWN} AND r.held_on IS NOT NULL
)"""

_REVIEWS_SO_FAR = f"""{_REVIEWS},
reviews_so_far AS (
  SELECT plan_id, held_on, bool_and(in_time) OVER (PARTITION BY plan_id ORDER BY held_on) AS in_time FROM reviews
),
plan_days AS (
  SELECT p.plan_id, p.child_id, p.person_id, p.team, p.started_on, d.as_at
  FROM cp_plans AS p JOIN {{days}} AS d ON {open_on("p")} AND d.as_at >= months_after(p.started_on, 3)
  WHERE p.{_OWN}
)"""

_REVIEWS_UP_TO_DATE = """
SELECT p.as_at, p.child_id, p.person_id, p.team,
  coalesce(r.in_time, TRUE) AND p.as_at <= coalesce(months_after(r.held_on, 6), months_after(p.started_on, 3)) AS holds
FROM plan_days AS p ASOF LEFT JOIN reviews_so_far AS r ON r.plan_id = p.plan_id AND r.held_on <= p.as_at"""


def _open(more: str = "") -> str:
    return _OPEN.replace("{more}", more)


def queries(_: str) -> dict[str, Query]:
    enquiries = "SELECT started_on AS day, child_id, team FROM s47_enquiries"
    conferences = "SELECT held_on AS day, child_id, team FROM cp_conferences WHERE transfer_in IS NOT TRUE"
    within_4_weeks = "SELECT as_at, child_id, person_id, team, as_at <= last_on + 28 AS holds FROM seen"
    return {
        "strategy_discussions": flow("SELECT held_on AS day, child_id FROM strategy_discussions", groups=OF_THE_CHILD),
        "s47_started_children": flow(enquiries),
        "s47_started_investigations": flow(_INVESTIGATIONS, measure="distinct"),
        "s47_rate": flow_rate("SELECT started_on AS day FROM s47_enquiries"),
        "s47_to_icpc": flow(_ENQUIRY_TO_CONFERENCE, measure="share"),
        "icpc_held": flow(conferences),
        "icpc_15wd": flow(_CONFERENCE, measure="share"),
        "cp_plans_started": flow(f"SELECT started_on AS day, child_id, team FROM cp_plans WHERE {_OWN}"),
        "cp_plans_ended": flow(
            f"SELECT ended_on AS day, child_id, team FROM cp_plans WHERE {_OWN} AND ended_on IS NOT NULL"
        ),
        "cp_plans_open": stock(_open()),
        "cp_plans_rate": stock_rate(_open()),
        "cp_plan_repeat_ever": flow(_REPEAT_EVER, measure="share"),
        "cp_plan_repeat_2y": flow(_REPEAT_2Y, measure="share"),
        "cp_plan_ended_2y_or_more": flow(_ENDED_2Y, measure="share"),
        "cp_plan_open_over_18m": stock(_open(", d.as_at > months_after(p.started_on, 18) AS holds"), measure="share"),
        "cp_plan_open_over_24m": stock(_open(", d.as_at > months_after(p.started_on, 24) AS holds"), measure="share"),
        "cp_visit_10wd": stock(_SEEN_WORKING_DAYS.format(limit=10), tables=_LAST_VISIT, measure="share"),
        "cp_visit_15wd": stock(_SEEN_WORKING_DAYS.format(limit=15), tables=_LAST_VISIT, measure="share"),
        "cp_visit_4w": stock(within_4_weeks, tables=_LAST_VISIT, measure="share"),
        "cp_visits_made_10wd": flow(_VISITS_MADE.format(limit=10), measure="share"),
        "cp_visits_made_15wd": flow(_VISITS_MADE.format(limit=15), measure="share"),
        "cp_reviews_held_in_time": flow(
            "SELECT held_on AS day, child_id, team, in_time AS holds FROM reviews", tables=_REVIEWS, measure="share"
        ),
        "cp_reviews_up_to_date": stock(_REVIEWS_UP_TO_DATE, tables=_REVIEWS_SO_FAR, measure="share"),
    }
