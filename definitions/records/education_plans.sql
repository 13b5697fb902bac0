select education_plan_id, child_id, person_id, term, due_on, completed_on, quality, stage from education_plans
