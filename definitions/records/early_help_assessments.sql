select assessment_id, child_id, person_id, started_on, completed_on, initiated_by
from early_help_assessments
