select allocation_id, child_id, person_id, worker_id, role, started_on, ended_on, team
from allocations
