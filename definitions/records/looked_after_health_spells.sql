-- A period of care, cut at each health assessment and dental check completed.
with checks as (
  select person_id, completed_on,
    bool_or(type in ('initial_health', 'review_health')) as is_health, bool_or(type = 'dental') as is_dental
  from health_checks
  where completed_on is not null
    and coalesce(status, 'completed') = 'completed'
    and type in ('initial_health', 'review_health', 'dental')
  group by person_id, completed_on
),
before as (
  select l.care_period_id, l.started_on as from_day,
    max(case when c.is_health then c.completed_on end) as health_on,
    max(case when c.is_dental then c.completed_on end) as dental_on
  from looked_after as l
  left join checks as c on c.person_id = l.person_id and c.completed_on <= l.started_on
  group by l.care_period_id, l.started_on
),
cuts as (
  select care_period_id, from_day, health_on, dental_on from before
  union all
  select l.care_period_id, c.completed_on as from_day,
    case when c.is_health then c.completed_on end as health_on, case when c.is_dental then c.completed_on end as dental_on
  from looked_after as l
  join checks as c on c.person_id = l.person_id and c.completed_on > l.started_on
  where l.ended_on is null or c.completed_on < l.ended_on
),
running as (
  select care_period_id, from_day,
    max(health_on) over (partition by care_period_id order by from_day) as last_health_on,
    max(dental_on) over (partition by care_period_id order by from_day) as last_dental_on,
    lead(from_day) over (partition by care_period_id order by from_day) as next_day
  from cuts
)
select
  l.care_period_id, l.child_id, l.person_id, l.started_on, l.team, l.date_of_birth, r.last_health_on, r.last_dental_on,
  case
    when r.last_health_on is null then null
    when months_after(r.last_health_on, limit('review_health_months_under_5', r.last_health_on)) < birthday(l.date_of_birth, 5)
      then months_after(r.last_health_on, limit('review_health_months_under_5', r.last_health_on))
    else months_after(r.last_health_on, limit('review_health_months', r.last_health_on))
  end as next_health_due_on,
  r.from_day,
  coalesce(r.next_day, l.ended_on) as until_day
from running as r
join looked_after as l on l.care_period_id = r.care_period_id
