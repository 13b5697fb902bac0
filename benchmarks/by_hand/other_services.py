"""Why: children in need, early help, missing children and care leavers by hand."""

from __future__ import annotations

from benchmarks.by_hand.pieces import OF_THE_CHILD, Query, flow, open_on, stock

_WITH_DISABLED = ("age_band", "disabled_children_team", "ethnicity", "team")
_WITH_LEAD = ("age_band", "ethnicity", "lead", "team")

_CIN_OPEN = f"""
SELECT d.as_at, p.child_id, p.person_id, p.team,
  CASE WHEN p.disabled_children_team THEN 'yes' ELSE 'no' END AS disabled_children_team
FROM cin_plans AS p JOIN {{days}} AS d ON {open_on("p")}"""

_CIN_DAYS = f"""plan_days AS (
  SELECT p.child_id, p.person_id, p.team, p.started_on, d.as_at,
    CASE WHEN p.disabled_children_team THEN 'yes' ELSE 'no' END AS disabled_children_team
  FROM cin_plans AS p JOIN {{days}} AS d ON {open_on("p")}
)"""

_CIN_VISIT = """
SELECT p.as_at, p.child_id, p.person_id, p.team, p.disabled_children_team,
  p.as_at <= coalesce(v.visited_on, p.started_on) + 42 AS holds
FROM plan_days AS p ASOF LEFT JOIN cin_visits AS v ON v.person_id = p.person_id AND v.visited_on <= p.as_at"""

_EARLY_HELP = f"""
SELECT d.as_at, e.child_id, e.person_id, e.team, e.lead, e.person_id AS key
FROM early_help_episodes AS e JOIN {{days}} AS d ON {open_on("e")}"""

_FAMILIES = f"""
SELECT d.as_at, e.child_id, e.person_id, e.team, e.lead,
  coalesce('family ' || e.family_id, 'family ' || c.family_id, 'child ' || e.person_id) AS key
FROM early_help_episodes AS e
LEFT JOIN children AS c ON c.child_id = e.child_id
JOIN {{days}} AS d ON {open_on("e")}"""

_LEAVERS = f"""
SELECT d.as_at, l.child_id, l.person_id, l.team, l.person_id AS key
FROM care_leavers AS l JOIN {{days}} AS d ON {open_on("l")}"""

_LATEST_RECORD = f"""leaver_days AS (
  SELECT l.child_id, l.person_id, l.team, d.as_at
  FROM care_leavers AS l JOIN {{days}} AS d ON {open_on("l")}
),
records AS (
  SELECT person_id, recorded_on, in_touch, suitable, activity
  FROM care_leaver_contacts
  QUALIFY row_number() OVER (PARTITION BY person_id, recorded_on ORDER BY child_id) = 1
)"""

_RECORDED = """
SELECT l.as_at, l.child_id, l.person_id, l.team, {holds} AS holds
FROM leaver_days AS l ASOF LEFT JOIN records AS r ON r.person_id = l.person_id AND r.recorded_on <= l.as_at"""

_INTERVIEW = """
SELECT started_at::DATE AS day, child_id, {holds} AS holds
FROM missing_episodes
WHERE ended_at IS NOT NULL AND other_authority IS NOT TRUE"""


def _recorded(holds: str) -> Query:
    return stock(_RECORDED.format(holds=holds), tables=_LATEST_RECORD, measure="share")


def _interview(holds: str) -> Query:
    return flow(_INTERVIEW.format(holds=holds), measure="share", groups=OF_THE_CHILD)


def queries(_: str) -> dict[str, Query]:
    missing = "SELECT started_at::DATE AS day, child_id, person_id AS key FROM missing_episodes"
    assessments = "SELECT started_on AS day, child_id FROM early_help_assessments WHERE started_on IS NOT NULL"
    return {
        "cin_plans_open": stock(_CIN_OPEN, groups=_WITH_DISABLED),
        "cin_visit_6w": stock(_CIN_VISIT, tables=_CIN_DAYS, measure="share", groups=_WITH_DISABLED),
        "early_help_open": stock(_EARLY_HELP, measure="distinct", groups=_WITH_LEAD),
        "early_help_families_open": stock(_FAMILIES, measure="distinct", groups=_WITH_LEAD),
        "early_help_assessments_started": flow(assessments, groups=OF_THE_CHILD),
        "missing_episodes": flow(missing, groups=OF_THE_CHILD),
        "missing_children": flow(missing, measure="distinct", groups=OF_THE_CHILD),
        "missing_interview_offered": _interview("interview_offered"),
        "missing_interview_72h": _interview("interview_offered_at <= ended_at + INTERVAL 72 HOUR"),
        "missing_interview_accepted": _interview("interview_accepted"),
        "care_leavers": stock(_LEAVERS, measure="distinct"),
        "care_leavers_in_touch": _recorded("r.in_touch = 'YES'"),
        "care_leavers_suitable": _recorded("r.suitable"),
        "care_leavers_eet": _recorded("(starts_with(r.activity, 'F') OR starts_with(r.activity, 'P'))"),
    }
