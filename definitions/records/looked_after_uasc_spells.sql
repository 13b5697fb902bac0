-- The days on which a looked after child is also an unaccompanied asylum-seeking child.
select
  p.care_period_id, p.child_id, p.person_id, p.team,
  greatest(p.started_on, s.started_on) as from_day,
  least(p.ended_on, s.ended_on) as until_day
from looked_after as p
join immigration_statuses as s
  on s.person_id = p.person_id
 and (p.ended_on is null or s.started_on is null or s.started_on < p.ended_on)
 and (s.ended_on is null or s.ended_on > p.started_on)
where s.status = 'uasc'
