-- A spell of leaving-care support, cut at each supervision of the child: the latest one on or before the day counts.
with events as (
  select distinct person_id, held_on from supervisions
),
cuts as (
  select p.child_id, p.started_on, p.started_on as from_day, max(e.held_on) as last_supervision_on
  from care_leavers as p
  left join events as e on e.person_id = p.person_id and e.held_on <= p.started_on
  group by p.child_id, p.started_on
  union all
  select p.child_id, p.started_on, e.held_on as from_day, e.held_on as last_supervision_on
  from care_leavers as p
  join events as e on e.person_id = p.person_id and e.held_on > p.started_on
  where p.ended_on is null or e.held_on < p.ended_on
)
select
  p.child_id, p.started_on, p.person_id, p.team, c.last_supervision_on,
  coalesce(c.last_supervision_on, p.started_on) as clock_from,
  c.from_day,
  coalesce(lead(c.from_day) over (partition by c.child_id, c.started_on order by c.from_day), p.ended_on) as until_day
from cuts as c
join care_leavers as p on p.child_id = c.child_id and p.started_on = c.started_on
