-- The accounts add up to the bill, counted a second way, and every line names one.
with accounts as (
    select
        payer, currency,
        sum(case when account = '' then 0 else unblended end) as named,
        sum(case when account = '' then unblended else 0 end) as unnamed,
        sum(case when account = '' then lines else 0 end) as unnamed_lines
    from ledger
    group by payer, currency
)
select
    control_total.payer, 'the sum of all accounts' as subject,
    coalesce(accounts.named, 0) as a, control_total.unblended as b, 0 as tolerance,
    control_total.currency as unit, '' as evidence
from control_total
left join accounts on accounts.payer = control_total.payer and accounts.currency = control_total.currency
union all
select
    payer, 'lines that name no account', unnamed_lines, 0, 0, 'lines',
    case when unnamed_lines > 0 then cast(unnamed as varchar) || ' ' || currency else '' end
from accounts
