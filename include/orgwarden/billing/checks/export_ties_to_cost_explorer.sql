-- The month in all, each account, and each record type that both sides name alike, against Cost Explorer. What Cost
-- Explorer calls otherwise is compared in its account's sum alone.
with asked as (
    select account, record_type, currency, sum(amount) as amount, bool_or(is_estimated) as is_estimated
    from cost_explorer
    where tag_key = ''
    group by account, record_type, currency
),
-- Where answers by record type and by account alone were given, the first has all that the second has.
told as (
    select account, record_type, currency, amount, is_estimated
    from asked
    where record_type <> '' or not exists (select 1 from asked as finer where finer.record_type <> '')
),
paid as (select account, min(payer) as payer from ledger group by account),
sole as (select min(payer) as payer from ledger),
explored as (
    select coalesce(paid.payer, sole.payer) as payer, told.*
    from told
    left join paid on paid.account = told.account
    cross join sole
),
by_account as (
    select payer, account, currency, sum(a) as a, sum(b) as b, bool_or(is_estimated) as is_estimated
    from (
        select payer, account, currency, unblended as a, 0 as b, false as is_estimated from ledger
        union all
        select payer, account, currency, 0 as a, amount as b, is_estimated from explored
    )
    group by payer, account, currency
),
by_type as (
    select exported.payer, exported.account, exported.currency, exported.line_type, exported.a, explored.b
    from (
        select
            payer, account, currency, min(line_type) as line_type,
            lower(replace(line_type, ' ', '')) as folded, sum(unblended) as a
        from ledger
        group by payer, account, currency, lower(replace(line_type, ' ', ''))
    ) as exported
    inner join (
        select payer, account, currency, lower(replace(record_type, ' ', '')) as folded, sum(amount) as b
        from explored
        where record_type <> ''
        group by payer, account, currency, lower(replace(record_type, ' ', ''))
    ) as explored
        on explored.payer = exported.payer
        and explored.account = exported.account
        and explored.currency = exported.currency
        and explored.folded = exported.folded
)
select
    payer, 'of all accounts' as subject, sum(a) as a, sum(b) as b,
    greatest(0.01 * count(*), abs(sum(b)) * 0.00005) as tolerance,
    currency as unit,
    case when bool_or(is_estimated) then 'Cost Explorer calls the month estimated' else '' end as evidence
from by_account
group by payer, currency
union all
select
    payer, account, a, b, greatest(0.01, abs(b) * 0.00005), currency,
    case when is_estimated and a <> b then 'Cost Explorer calls it estimated' else '' end
from by_account
union all
select payer, account || ', ' || line_type, a, b, greatest(0.01, abs(b) * 0.00005), currency, ''
from by_type
