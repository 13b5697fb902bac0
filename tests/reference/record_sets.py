"""Why: every record set by its name: those whose rows stand as they are, and those whose rows are asked for on a day.

Where the engine cuts spells at the days on which something changes, the reference asks on each day what is so then.
"""

from __future__ import annotations

from reference import care_work, front_door, leavers_and_missing, looked_after, protection
from reference.world import RowsOf, RowsOn

ROWS_OF: dict[str, RowsOf] = {
    "assessments": front_door.assessments,
    "care_leavers": leavers_and_missing.care_leavers,
    "care_reviews_held": care_work.care_reviews_held,
    "care_visits_made": care_work.care_visits_made,
    "cin_plans": protection.cin_plans,
    "contacts": front_door.contacts,
    "cp_conferences": protection.cp_conferences,
    "cp_plans": protection.cp_plans,
    "cp_reviews_held": protection.cp_reviews_held,
    "cp_visits_made": protection.cp_visits_made,
    "early_help_assessments": front_door.early_help_assessments,
    "early_help_episodes": front_door.early_help_episodes,
    "looked_after": looked_after.looked_after,
    "missing_episodes": leavers_and_missing.missing_episodes,
    "placements_in_order": looked_after.placements_in_order,
    "referrals": front_door.referrals,
    "s47_enquiries": protection.s47_enquiries,
    "strategy_discussions": protection.strategy_discussions,
}

ROWS_ON: dict[str, RowsOn] = {
    "care_leaver_record_spells": leavers_and_missing.care_leaver_record_spells_on,
    "cin_plan_visit_spells": protection.cin_plan_visit_spells_on,
    "cp_plan_review_spells": protection.cp_plan_review_spells_on,
    "cp_plan_visit_spells": protection.cp_plan_visit_spells_on,
    "looked_after_health_spells": looked_after.looked_after_health_spells_on,
    "looked_after_placement_counts": looked_after.looked_after_placement_counts_on,
    "looked_after_placement_spells": looked_after.looked_after_placement_spells_on,
    "looked_after_review_spells": care_work.looked_after_review_spells_on,
    "looked_after_uasc_spells": looked_after.looked_after_uasc_spells_on,
    "looked_after_visit_spells": care_work.looked_after_visit_spells_on,
}
