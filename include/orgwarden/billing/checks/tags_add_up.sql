-- Each tag key: its values and what has none are the whole bill; and each value is what Cost Explorer says it is, for the
-- keys that Cost Explorer was asked about. What an amount has beyond 18 decimals is rounded value by value here.
with by_value as (
    select payer, key, value, currency, sum(amount) as amount
    from tag_total
    group by payer, key, value, currency
),
paid as (select account, min(payer) as payer from ledger group by account),
sole as (select min(payer) as payer from ledger),
explored as (
    select
        coalesce(paid.payer, sole.payer) as payer, cost_explorer.tag_key as key, cost_explorer.tag_value as value,
        cost_explorer.currency, sum(cost_explorer.amount) as amount
    from cost_explorer
    left join paid on paid.account = cost_explorer.account
    cross join sole
    where cost_explorer.tag_key <> ''
    group by coalesce(paid.payer, sole.payer), cost_explorer.tag_key, cost_explorer.tag_value, cost_explorer.currency
)
select
    by_value.payer, by_value.key as subject, sum(by_value.amount) as a, max(control_total.unblended) as b,
    0.000000000001 as tolerance, by_value.currency as unit, '' as evidence
from by_value
inner join control_total on control_total.payer = by_value.payer and control_total.currency = by_value.currency
group by by_value.payer, by_value.key, by_value.currency
union all
select
    coalesce(by_value.payer, explored.payer),
    coalesce(by_value.key, explored.key) || '='
    || coalesce(nullif(coalesce(by_value.value, explored.value), ''), '(untagged)'),
    coalesce(by_value.amount, 0),
    coalesce(explored.amount, 0),
    0.01,
    coalesce(by_value.currency, explored.currency),
    case
        when by_value.value is null then 'Cost Explorer alone has the value'
        when explored.value is null then 'the export alone has the value'
        else ''
    end
from (
    select * from by_value where key in (select key from explored) and payer in (select payer from explored)
) as by_value
full join explored
    on explored.payer = by_value.payer
    and explored.key = by_value.key
    and explored.value = by_value.value
    and explored.currency = by_value.currency
