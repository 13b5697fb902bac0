-- Children of whom disabilities are recorded: whether any of them is one. NONE says that there is none.
select child_id, bool_or(disability <> 'NONE') as disabled
from disabilities
group by child_id
