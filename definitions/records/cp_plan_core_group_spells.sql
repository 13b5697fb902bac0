-- A plan of this authority, cut at each core group: whether the latest one was late, and when the next is due.
with days as (
  select distinct g.plan_id, g.held_on
  from core_groups as g
  where g.held_on is not null
),
held as (
  select
    d.plan_id, d.held_on, p.started_on, p.ended_on,
    lag(d.held_on) over (partition by d.plan_id order by d.held_on) as previous_held_on
  from days as d
  join cp_plans as p on p.plan_id = d.plan_id
  where p.other_authority is not true
),
judged as (
  select plan_id, held_on, started_on, ended_on,
    case
      when previous_held_on is null
        then held_on > add_working_days(started_on, limit('core_group_first_working_days', started_on))
      else held_on > days_after(previous_held_on, limit('core_group_later_days', previous_held_on))
    end as late
  from held
),
cuts as (
  select plan_id, started_on as from_day, null as held_on
  from cp_plans
  where other_authority is not true
  union all
  select plan_id, greatest(held_on, started_on) as from_day, held_on
  from judged
  where ended_on is null or held_on < ended_on
),
spells as (
  select plan_id, from_day, max(held_on) as held_on
  from cuts
  group by plan_id, from_day
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.team, s.held_on as last_core_group_on,
  coalesce(j.late, false) as last_was_late,
  coalesce(s.held_on, p.started_on) as clock_from,
  case
    when s.held_on is null then add_working_days(p.started_on, limit('core_group_first_working_days', p.started_on))
    else days_after(s.held_on, limit('core_group_later_days', s.held_on))
  end as next_due_on,
  s.from_day,
  coalesce(lead(s.from_day) over (partition by s.plan_id order by s.from_day), p.ended_on) as until_day
from spells as s
join cp_plans as p on p.plan_id = s.plan_id
left join judged as j on j.plan_id = s.plan_id and j.held_on = s.held_on
