-- Visits to looked after children (respite left out), each with the date by which it was due and the date by which the next one is.
-- A visit belongs to the period of care it names, else to the one that was open on its day.
with named as (
  select v.visit_id, p.care_period_id
  from care_visits as v
  join looked_after as p on p.care_period_id = v.care_period_id
),
found as (
  select v.visit_id, p.care_period_id,
    row_number() over (partition by v.visit_id order by p.started_on desc, p.care_period_id desc) as choice
  from care_visits as v
  join looked_after as p
    on p.person_id = v.person_id and p.started_on <= v.visited_on
   and (p.ended_on is null or p.ended_on > v.visited_on)
  where v.care_period_id is null
),
matched as (
  select visit_id, care_period_id from named
  union all
  select visit_id, care_period_id from found where choice = 1
),
visits as (
  select v.visit_id, v.visited_on, v.seen, v.seen_alone, p.care_period_id, p.child_id, p.person_id, p.team,
    p.started_on as care_started_on,
    lag(v.visited_on) over (partition by p.care_period_id order by v.visited_on, v.visit_id) as previous_visited_on
  from matched as m
  join care_visits as v on v.visit_id = m.visit_id
  join looked_after as p on p.care_period_id = m.care_period_id
),
agreed as (
  select v.visit_id, a.interval_days,
    row_number() over (partition by v.visit_id order by a.started_on desc, a.interval_days, a.child_id) as choice
  from visits as v
  join visit_plans as a
    on a.person_id = v.person_id and a.started_on <= v.visited_on
   and (a.ended_on is null or a.ended_on > v.visited_on)
  where a.kind = 'cla'
),
placed as (
  select v.visit_id, p.intended_to_18, p.stay_started_on,
    row_number() over (partition by v.visit_id order by p.started_on desc, p.placement_id desc) as choice
  from visits as v
  join placements_in_order as p
    on p.care_period_id = v.care_period_id and p.started_on <= v.visited_on
   and (p.ended_on is null or p.ended_on > v.visited_on)
),
moves as (
  select v.visit_id, min(p.started_on) as next_placement_on
  from visits as v
  join placements_in_order as p on p.care_period_id = v.care_period_id and p.started_on > v.visited_on
  where p.is_new
  group by v.visit_id
),
due as (
  select v.visit_id, v.care_period_id, v.child_id, v.person_id, v.visited_on, v.seen, v.seen_alone, v.team,
    v.care_started_on, v.previous_visited_on,
    least(
      case
        when a.interval_days is not null then days_after(v.visited_on, a.interval_days)
        when p.intended_to_18 and v.visited_on >= months_after(p.stay_started_on, 12)
          then months_after(v.visited_on, limit('care_visit_months_settled', v.visited_on))
        else days_after(v.visited_on, limit('care_visit_days', v.visited_on))
      end,
      days_after(m.next_placement_on, limit('care_visit_days_after_placement', m.next_placement_on))
    ) as next_due_on
  from visits as v
  left join agreed as a on a.visit_id = v.visit_id and a.choice = 1
  left join placed as p on p.visit_id = v.visit_id and p.choice = 1
  left join moves as m on m.visit_id = v.visit_id
)
select
  visit_id, care_period_id, child_id, person_id, visited_on, seen, seen_alone, team, next_due_on,
  coalesce(previous_visited_on, care_started_on) as clock_from,
  coalesce(
    lag(next_due_on) over (partition by care_period_id order by visited_on, visit_id),
    days_after(care_started_on, limit('care_visit_days_after_placement', care_started_on))
  ) as due_on
from due
