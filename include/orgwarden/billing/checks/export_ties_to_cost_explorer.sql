-- Each account, and each of its record types that both sides name alike, against Cost Explorer. What Cost Explorer calls
-- otherwise is compared in its account's sum alone. Since every account is within a cent, so is the month within a cent
-- an account.
with asked as (
    select account, record_type, currency, sum(amount) as amount, bool_or(is_estimated) as is_estimated
    from cost_explorer
    where tag_key = ''
    group by account, record_type, currency
),
-- Where answers by record type and by account alone were given of an account, the first has all that the second has.
told as (
    select account, record_type, currency, amount, is_estimated
    from asked
    where record_type <> '' or account not in (select account from asked where record_type <> '')
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
    where payer in (select payer from explored)
    group by payer, account, currency
),
by_type as (
    select exported.payer, exported.account, exported.currency, exported.line_type, exported.a, explored.b
    from (
        select
            payer, account, currency, min(line_type) as line_type,
            lower(replace(line_type, ' ', '')) as folded, sum(unblended) as a
        from ledger
        -- The charge categories of FOCUS are no record types, though some have their names.
        where (select format from export_facts) = 'CUR'
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
),
parted as (
    select payer, account, currency, max_by(line_type, abs(a - b)) as line_type
    from by_type
    where a <> b
    group by payer, account, currency
),
compared as (
    select
        by_account.payer, by_account.account, by_account.currency, by_account.a, by_account.b, by_account.is_estimated,
        greatest(0.01, abs(by_account.b) * 0.00005) as tolerance, parted.line_type
    from by_account
    left join parted
        on parted.payer = by_account.payer
        and parted.account = by_account.account
        and parted.currency = by_account.currency
)
select
    payer, 'account ' || account as subject, a, b, tolerance, currency as unit,
    case
        when abs(a - b) <= tolerance then ''
        else concat_ws(
            '; ',
            'most of it as ' || line_type,
            case when is_estimated then 'Cost Explorer calls the month estimated' end
        )
    end as evidence
from compared
union all
-- What is a matter of record types alone is told where the account's sum ties.
select
    by_type.payer, by_type.line_type || ' of account ' || by_type.account, by_type.a, by_type.b,
    greatest(0.01, abs(by_type.b) * 0.00005), by_type.currency, ''
from by_type
inner join compared
    on compared.payer = by_type.payer
    and compared.account = by_type.account
    and compared.currency = by_type.currency
where abs(compared.a - compared.b) <= compared.tolerance
