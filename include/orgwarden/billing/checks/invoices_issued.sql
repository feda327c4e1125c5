-- Lines of the month that are on no invoice, and what they come to.
with blank as (
    select payer, currency, sum(lines) as lines, sum(unblended) as amount
    from ledger
    where invoice = ''
    group by payer, currency
),
told as (
    select
        payer, sum(lines) as lines,
        string_agg(cast(amount as varchar) || ' ' || currency, ', ' order by currency) as amounts
    from blank
    group by payer
),
totals as (select payer, sum(lines) as lines from ledger group by payer)
select
    totals.payer, '' as subject, coalesce(told.lines, 0) as a, 0 as b, 0 as tolerance, 'lines' as unit,
    case
        when told.lines is null then ''
        else 'of ' || cast(totals.lines as varchar) || ' lines; they come to ' || told.amounts
    end as evidence
from totals
left join told on told.payer = totals.payer
