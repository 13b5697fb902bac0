"""Why: contacts, referrals and assessments by hand: mostly one table, a date and a condition."""

from __future__ import annotations

from benchmarks.by_hand.pieces import Query, flow, flow_rate, open_on, stock

_CONTACT_DECISION = """
SELECT x.completed_on AS day, x.child_id, x.team, x.outcome, met.working_before - begun.counts_from <= 1 AS holds
FROM contacts AS x
LEFT JOIN working_calendar AS begun ON begun.day = x.received_on
JOIN working_calendar AS met ON met.day = x.completed_on"""

_RE_REFERRAL = """
SELECT received_on AS day, child_id, team,
  received_on <= months_after(max(received_on) OVER (
    PARTITION BY person_id ORDER BY received_on RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING
  ), 12) AS holds
FROM referrals"""

_RE_REFERRAL_AFTER_CLOSURE = """
SELECT r.received_on AS day, r.child_id, r.team, EXISTS (
    FROM referrals AS e
    WHERE e.person_id = r.person_id AND e.received_on < r.received_on AND e.closed_on <= r.received_on
      AND r.received_on <= months_after(e.closed_on, 12)
  ) AS holds
FROM referrals AS r"""

_REFERRAL_DECISION = """
SELECT x.received_on AS day, x.child_id, x.team, met.working_before - begun.counts_from {limit} AS holds
FROM referrals AS x
JOIN working_calendar AS begun ON begun.day = x.received_on
LEFT JOIN working_calendar AS met ON met.day = {until}"""

# the limit of 45 working days begins on 15 April 2013: an assessment that started before has none and is left out
_ASSESSMENT = """
SELECT x.completed_on AS day, x.child_id, x.team, met.working_before - begun.counts_from <= 45 AS holds
FROM assessments AS x
JOIN working_calendar AS begun ON begun.day = x.started_on
JOIN working_calendar AS met ON met.day = x.completed_on
WHERE x.started_on >= DATE '2013-04-15'"""

_ASSESSMENT_FROM_REFERRAL = """
SELECT x.completed_on AS day, x.child_id, x.team, met.working_before - begun.counts_from <= 45 AS holds
FROM assessments AS x
JOIN referrals AS r ON r.referral_id = x.referral_id
JOIN working_calendar AS begun ON begun.day = r.received_on
JOIN working_calendar AS met ON met.day = x.completed_on
WHERE r.received_on >= DATE '2013-04-15'"""

_ASSESSMENTS_OPEN = f"""
SELECT d.as_at, x.child_id, x.person_id, x.team
FROM assessments AS x JOIN {{days}} AS d ON {open_on("x", "started_on", "completed_on")}"""

_ASSESSMENTS_LATE = f"""
SELECT d.as_at, x.child_id, x.person_id, x.team
FROM assessments AS x
JOIN working_calendar AS begun ON begun.day = x.started_on
JOIN {{days}} AS d ON {open_on("x", "started_on", "completed_on")}
WHERE d.working_before - begun.counts_from > 45"""


def queries(run_as_at: str) -> dict[str, Query]:
    received = "SELECT received_on AS day, child_id, team FROM referrals"
    completed = "SELECT completed_on AS day, child_id, team FROM assessments WHERE completed_on IS NOT NULL"
    decided = _REFERRAL_DECISION.format(limit="<= 1", until="x.decided_on")
    late = _REFERRAL_DECISION.format(limit="> 3", until=f"coalesce(x.decided_on, DATE '{run_as_at}')")
    nfa = "SELECT received_on AS day, child_id, team, no_further_action AS holds FROM referrals"
    outcome = "SELECT received_on AS day, child_id, team, outcome = 'social_care' AS holds FROM contacts"
    return {
        "contacts_received": flow("SELECT received_on AS day, child_id, team FROM contacts", weeks=True),
        "contacts_to_social_care": flow(outcome, measure="share"),
        "contact_decision_1wd": flow(
            _CONTACT_DECISION, measure="share", groups=("ethnicity", "outcome", "sex", "team")
        ),
        "referrals_received": flow(received, weeks=True),
        "referrals_rate": flow_rate("SELECT received_on AS day FROM referrals"),
        "rereferrals_12m": flow(_RE_REFERRAL, measure="share"),
        "rereferrals_12m_after_closure": flow(_RE_REFERRAL_AFTER_CLOSURE, measure="share"),
        "referral_decision_1wd": flow(decided, measure="share"),
        "referral_decision_over_3wd": flow(late, measure="share"),
        "referrals_nfa": flow(nfa, measure="share"),
        "assessments_completed": flow(completed, weeks=True),
        "assessments_completed_rate": flow_rate("SELECT completed_on AS day FROM assessments"),
        "assessment_45wd": flow(_ASSESSMENT, measure="share"),
        "assessment_45wd_from_referral": flow(_ASSESSMENT_FROM_REFERRAL, measure="share"),
        "assessments_open": stock(_ASSESSMENTS_OPEN),
        "assessments_open_over_45wd": stock(_ASSESSMENTS_LATE),
    }
