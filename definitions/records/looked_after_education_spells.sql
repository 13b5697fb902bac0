-- A period of care, cut at each day on which a personal education plan was completed in it. Of several of one day the last counts.
with completed as (
  select l.care_period_id, p.completed_on, p.quality, p.stage,
    row_number() over (
      partition by l.care_period_id, p.completed_on order by p.education_plan_id desc
    ) as choice
  from looked_after as l
  join education_plans as p on p.person_id = l.person_id
  where p.completed_on >= l.started_on and (l.ended_on is null or p.completed_on < l.ended_on)
),
cuts as (
  select care_period_id, started_on as day from looked_after
  union
  select care_period_id, completed_on as day from completed
)
select
  l.care_period_id, l.child_id, l.person_id, l.team, l.date_of_birth,
  c.completed_on as last_completed_on, c.quality, c.stage,
  k.day as from_day,
  coalesce(lead(k.day) over (partition by k.care_period_id order by k.day), l.ended_on) as until_day
from cuts as k
join looked_after as l on l.care_period_id = k.care_period_id
left join completed as c on c.care_period_id = k.care_period_id and c.completed_on = k.day and c.choice = 1
