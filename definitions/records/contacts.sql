select contact_id, child_id, person_id, received_on, completed_on, source, method, outcome,
  recommended_outcome, consent, team
from contacts
