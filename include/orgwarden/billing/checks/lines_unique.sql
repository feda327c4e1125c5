-- Lines that are there more than once. A line's id repeats from hour to hour, so its interval and kind belong to its
-- identity; rows that bear no id cannot be told apart and are not judged. Where none bears one, nothing is told.
with identified as (
    select hash(line_id, time_interval, line_type, bill_type) as mark from line where line_id <> ''
),
repeated as (select mark from identified group by mark having count(*) > 1),
suspects as (
    select payer, currency, line_id, time_interval, line_type, bill_type, file, unblended
    from line
    where line_id <> '' and hash(line_id, time_interval, line_type, bill_type) in (select mark from repeated)
),
surplus as (
    select
        payer, currency, line_id, count(*) - 1 as times, max(unblended) * (count(*) - 1) as cost,
        string_agg(distinct file, ', ' order by file) as files
    from suspects
    group by payer, currency, line_id, time_interval, line_type, bill_type
    having count(*) > 1
),
counted as (
    select
        payer, sum(times) as times, string_agg(distinct files, ', ' order by files) as files, min(line_id) as example
    from surplus
    group by payer
),
costly as (
    select payer, string_agg(cast(cost as varchar) || ' ' || currency, ', ' order by currency) as costs
    from (select payer, currency, sum(cost) as cost from surplus group by payer, currency)
    group by payer
),
totals as (select payer, sum(lines) as lines from ledger group by payer),
any_id as (select exists (select 1 from line where line_id <> '') as is_told)
select
    totals.payer, '' as subject, totals.lines as a,
    case when any_id.is_told then totals.lines - coalesce(counted.times, 0) end as b, 0 as tolerance, 'lines' as unit,
    case
        when counted.times is null then ''
        else 'the surplus costs ' || costly.costs || '; one of them is ' || counted.example || ', in ' || counted.files
    end as evidence
from totals
cross join any_id
left join counted on counted.payer = totals.payer
left join costly on costly.payer = totals.payer
