-- A spell of being open to social care, cut wherever the number of the child's social workers in the last 6 months changes.
-- An allocation counts until the first day whose window begins on or after its end: the window of 6 months begins the day
-- after the day 6 months earlier, so the month's end may push that day on by one.
with allocated as (
  select person_id, worker_id, started_on, days_after(ended_on, -1) as last_on
  from allocations
  where role = 'social_worker' and (ended_on is null or ended_on > started_on)
),
present as (
  select person_id, worker_id, started_on,
    case
      when months_before(months_after(last_on, 6), 6) < last_on then days_after(months_after(last_on, 6), 1)
      else months_after(last_on, 6)
    end as gone_on
  from allocated
),
days as (
  select child_id, person_id, started_on, started_on as day from open_children
  union
  select o.child_id, o.person_id, o.started_on, p.started_on as day
  from open_children as o
  join present as p on p.person_id = o.person_id and p.started_on > o.started_on
  where o.ended_on is null or p.started_on < o.ended_on
  union
  select o.child_id, o.person_id, o.started_on, p.gone_on as day
  from open_children as o
  join present as p on p.person_id = o.person_id and p.gone_on > o.started_on
  where o.ended_on is null or p.gone_on < o.ended_on
),
pieces as (
  select child_id, person_id, started_on, day as from_day,
    lead(day) over (partition by child_id, started_on order by day) as next_day
  from days
),
counted as (
  select c.child_id, c.started_on, c.from_day, count(distinct p.worker_id) as workers
  from pieces as c
  join present as p
    on p.person_id = c.person_id and p.started_on <= c.from_day and (p.gone_on is null or p.gone_on > c.from_day)
  group by c.child_id, c.started_on, c.from_day
)
select
  c.child_id, c.person_id, c.started_on, coalesce(n.workers, 0) as social_workers_6m,
  c.from_day, coalesce(c.next_day, o.ended_on) as until_day
from pieces as c
join open_children as o on o.child_id = c.child_id and o.started_on = c.started_on
left join counted as n on n.child_id = c.child_id and n.started_on = c.started_on and n.from_day = c.from_day
