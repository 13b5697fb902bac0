select contact_id, child_id, person_id, received_on, completed_on, source, method, outcome,
  recommended_outcome, consent, team,
  max(received_on) over (
    partition by person_id order by received_on groups between unbounded preceding and 1 preceding
  ) as previous_received_on
from contacts
