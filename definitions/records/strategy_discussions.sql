select discussion_id, child_id, person_id, held_on, outcome
from strategy_discussions
