-- What was used in every hour (or day, where the export has no hours) of the month before, and the hours of this month
-- without it.
with missing as (
    select always_on.account, always_on.service, period_hour.hour, period_hour.place
    from always_on
    cross join period_hour
    left join active_hour
        on active_hour.account = always_on.account
        and active_hour.service = always_on.service
        and active_hour.hour = period_hour.hour
    where active_hour.hour is null
),
islands as (
    select
        account, service, hour,
        place - row_number() over (partition by account, service order by hour) as island
    from missing
),
gaps as (
    select account, service, min(hour) as since, max(hour) as until, count(*) as hours
    from islands
    group by account, service, island
),
told as (
    select
        account, service, sum(hours) as hours,
        string_agg(
            case
                when since = until then strftime(since, '%Y-%m-%d %H:%M')
                else strftime(since, '%Y-%m-%d %H:%M') || ' to ' || strftime(until, '%Y-%m-%d %H:%M')
            end,
            ', ' order by since
        ) as ranges
    from gaps
    group by account, service
),
paid as (select account, min(payer) as payer from ledger group by account),
sole as (select min(payer) as payer from ledger),
period as (select count(*) as hours, min(unit) as unit from period_hour)
select
    coalesce(paid.payer, sole.payer) as payer, always_on.account || ', ' || always_on.service as subject,
    period.hours - coalesce(told.hours, 0) as a, period.hours as b, 0 as tolerance, period.unit as unit,
    coalesce('missing from ' || told.ranges, '') as evidence
from always_on
cross join sole
cross join period
left join paid on paid.account = always_on.account
left join told on told.account = always_on.account and told.service = always_on.service
