"""Why: a few children of six teams, one report with a red line of each kind, and marked values that no list may show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

MARK = "Zebedee"
BORN = dt.date(2011, 11, 11)  # a day that stands nowhere else
AS_AT = dt.date(2024, 3, 31)
HOSTILE = '=HYPERLINK("x")/../..'

# c1 and c2 are North's, c3 and c6 South's, c5 is held by a team with a hostile name, and nobody holds c4
TABLES = {
    "children": "child_id,date_of_birth,sex,ethnicity,family_id,upn\n"
                + "".join(f"c{n},{BORN},F,WBRI,fam-{MARK},{MARK}\n" for n in range(1, 7)),
    "workers": "worker_id,role,team,fte,started_on\n" + "".join(f"w{n},social_worker,North,1,2020-01-01\n" for n in (1, 2, 3)),
    "allocations": "allocation_id,child_id,worker_id,role,team,started_on,ended_on\n"
                   "l1,c1,w1,social_worker,North,2023-01-01,\nl2,c2,w1,social_worker,North,2023-01-01,\n"
                   "l3,c3,w2,social_worker,South,2023-01-01,\nl6,c6,w2,social_worker,South,2021-01-01,\n"
                   'l5,c5,w3,social_worker,"=HYPERLINK(""x"")/../..",2023-01-01,\n',
    # 1 December to 20 March is 75 working days (bank holidays on 25 and 26 December and 1 January), and 45 end on 7 February
    "assessments": "assessment_id,child_id,started_on,completed_on,team\n"
                   "a1,c1,2023-12-01,2024-03-20,North\na2,c2,2024-03-01,2024-03-15,North\na3,c3,2023-12-01,2024-03-20,\n"
                   "a4,c4,2023-12-01,2024-03-20,\na5,c5,2023-12-01,2024-03-20,\"=HYPERLINK(\"\"x\"\")/../..\"\n"
                   "a6,c6,2023-12-01,2024-03-20,South\na7,c1,2024-02-01,,North\n",
    "referrals": "referral_id,child_id,received_on,team\nr1,c1,2023-10-02,North\nr2,c1,2024-03-04,North\nr3,c2,2024-03-05,North\n",
    "contacts": "contact_id,child_id,received_on,team\nk1,c1,2024-03-04,North\nk2,c3,2024-03-05,South\n",
    "missing_episodes": "episode_id,child_id,started_at,ended_at,interview_offered,interview_offered_at\n"
                        "m1,c3,2024-03-04T10:00:00,2024-03-05T10:00:00,true,2024-03-20T10:00:00\n",
    "care_periods": "care_period_id,child_id,started_on,ended_on,team\np6,c6,2022-01-10,,South\n",
    "care_visits": "visit_id,care_period_id,child_id,visited_on\nv6,p6,c6,2024-01-10\n",
    "health_checks": "check_id,child_id,type,completed_on,status\nh6,c6,review_health,2022-06-01,completed\n",
}  # fmt: skip

AUTHORITY = """
name: Testshire
targets:
  assessment_45wd: [{from: 2020-04-01, target: 90}]
  rereferrals_12m: [{from: 2020-04-01, target: 20}]
  contacts_received: [{from: 2020-04-01, target: 1, good: lower}]
  referrals_received: [{from: 2020-04-01, target: 50, good: higher}]
  missing_interview_72h: [{from: 2020-04-01, target: 80}]
  cla_rha_up_to_date: [{from: 2020-04-01, target: 95}]
  referral_decision_1wd: [{from: 2020-04-01, target: 0}]
"""

REPORT = """
title: A report with something red of each kind
authority: testshire
sections:
  - title: All of it
    lines:
      - {ref: A1, title: Assessments in time, indicator: assessment_45wd, basis: [month, year]}
      - {ref: R1, title: Re-referrals, indicator: rereferrals_12m}
      - {ref: K1, title: Contacts, indicator: contacts_received}
      - {ref: R2, title: Referrals, indicator: referrals_received}
      - {ref: M1, title: Interviews in time, indicator: missing_interview_72h}
      - {ref: H1, title: Health assessments, indicator: cla_rha_up_to_date}
      - {ref: G1, title: Never red, indicator: referral_decision_1wd}
"""


def write_world(folder: Path) -> tuple[Path, Path]:
    """The records, and the definitions laid over those that ship."""
    records, definitions = folder / "records", folder / "definitions"
    for path, text in (
        *((records / f"{name}.csv", text) for name, text in TABLES.items()),
        (definitions / "authorities" / "testshire.yaml", AUTHORITY),
        (definitions / "reports" / "ours.yaml", REPORT),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return records, definitions
