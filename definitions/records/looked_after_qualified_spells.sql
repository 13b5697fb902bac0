-- A period of care, cut wherever the child comes to be held by a qualified social worker or no longer is.
with days as (
  select care_period_id, started_on as day from looked_after
  union
  select p.care_period_id, q.started_on as day
  from looked_after as p
  join children_with_qualified_worker as q on q.person_id = p.person_id and q.started_on > p.started_on
  where p.ended_on is null or q.started_on < p.ended_on
  union
  select p.care_period_id, q.ended_on as day
  from looked_after as p
  join children_with_qualified_worker as q on q.person_id = p.person_id and q.ended_on > p.started_on
  where p.ended_on is null or q.ended_on < p.ended_on
),
pieces as (
  select care_period_id, day as from_day, lead(day) over (partition by care_period_id order by day) as next_day
  from days
)
select
  p.care_period_id, p.child_id, p.person_id, p.started_on, p.team, q.person_id is not null as with_qualified_worker,
  c.from_day, coalesce(c.next_day, p.ended_on) as until_day
from pieces as c
join looked_after as p on p.care_period_id = c.care_period_id
left join children_with_qualified_worker as q
  on q.person_id = p.person_id and q.started_on <= c.from_day and (q.ended_on is null or q.ended_on > c.from_day)
