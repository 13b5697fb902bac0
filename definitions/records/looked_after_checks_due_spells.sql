-- A period of care, cut at each health assessment, dental check and refusal, and at the 1 April after each: when the check of this
-- year, which begins on 1 April, falls due, and what has come of it. The check falls due an interval after the latest one
-- before 1 April; where there was none it is due at once.
with checks as (
  select person_id, completed_on as day,
    case when type in ('initial_health', 'review_health') then 'health' else 'dental' end as kind,
    case when status = 'refused' then 'refused' else 'completed' end as result
  from health_checks
  where completed_on is not null
    and type in ('initial_health', 'review_health', 'dental')
    and coalesce(status, 'completed') in ('completed', 'refused')
),
cuts as (
  select care_period_id, started_on as day from looked_after
  union
  select l.care_period_id, c.day
  from looked_after as l
  join checks as c on c.person_id = l.person_id
  where c.day > l.started_on and (l.ended_on is null or c.day < l.ended_on)
  union
  select l.care_period_id, months_after(financial_year_start(c.day), 12) as day
  from looked_after as l
  join checks as c on c.person_id = l.person_id
  where months_after(financial_year_start(c.day), 12) > l.started_on
    and (l.ended_on is null or months_after(financial_year_start(c.day), 12) < l.ended_on)
),
known as (
  select k.care_period_id, k.day,
    max(case when c.kind = 'health' and c.result = 'completed' then c.day end) as last_health_on,
    max(case when c.kind = 'health' and c.result = 'refused' then c.day end) as health_refused_on,
    max(
      case when c.kind = 'health' and c.result = 'completed' and c.day < financial_year_start(k.day) then c.day end
    ) as health_before_april_on,
    max(case when c.kind = 'dental' and c.result = 'completed' then c.day end) as last_dental_on,
    max(case when c.kind = 'dental' and c.result = 'refused' then c.day end) as dental_refused_on,
    max(
      case when c.kind = 'dental' and c.result = 'completed' and c.day < financial_year_start(k.day) then c.day end
    ) as dental_before_april_on
  from cuts as k
  join looked_after as l on l.care_period_id = k.care_period_id
  left join checks as c on c.person_id = l.person_id and c.day <= k.day
  group by k.care_period_id, k.day
)
select
  l.care_period_id, l.child_id, l.person_id, l.started_on, l.team, l.date_of_birth,
  k.last_health_on, k.health_refused_on, k.last_dental_on, k.dental_refused_on,
  case
    when k.health_before_april_on is null then l.started_on
    when months_after(k.health_before_april_on, limit('review_health_months_under_5', k.health_before_april_on))
      < birthday(l.date_of_birth, 5)
      then months_after(k.health_before_april_on, limit('review_health_months_under_5', k.health_before_april_on))
    else months_after(k.health_before_april_on, limit('review_health_months', k.health_before_april_on))
  end as health_due_on,
  coalesce(
    months_after(k.dental_before_april_on, limit('dental_months', k.dental_before_april_on)), l.started_on
  ) as dental_due_on,
  k.day as from_day,
  coalesce(lead(k.day) over (partition by k.care_period_id order by k.day), l.ended_on) as until_day
from known as k
join looked_after as l on l.care_period_id = k.care_period_id
