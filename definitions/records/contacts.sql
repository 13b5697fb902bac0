select contact_id, child_id, person_id, received_on, completed_on, source, method, outcome, team
from contacts
