-- Accounts of AWS in the bill against those of the organization. One that left or closed may be charged for a while and is
-- still listed or remembered; one that was there all month and cost nothing at all is idle. Without an organization, the
-- ids alone are looked at; of several payers, the one whose organization it is.
with ours as (
    select distinct ledger.payer
    from ledger
    inner join organization_account on organization_account.account = ledger.payer and organization_account.is_management
),
billed as (
    select
        account, min(payer) as payer, bool_or(payer in (select payer from ours) or not exists (select 1 from ours)) as is_asked,
        string_agg(distinct currency, ', ' order by currency) as currencies, sum(unblended) as amount
    from ledger
    where account <> '' and provider = 'AWS'
    group by account
),
sole as (select min(payer) as payer from ledger),
facts as (select export_facts.first_day, given.organization as is_given from export_facts cross join given)
select
    billed.payer, billed.account as subject, 1 as a,
    case
        when not regexp_full_match(billed.account, '[0-9]{12}') then 0
        when facts.is_given and billed.is_asked and organization_account.account is null then 0
        else 1
    end as b,
    0 as tolerance, 'accounts' as unit,
    case
        when not regexp_full_match(billed.account, '[0-9]{12}')
            then 'the bill has an account ' || billed.account || ', which is no account id of 12 digits'
        when facts.is_given and billed.is_asked and organization_account.account is null
            then 'the account is billed (' || cast(billed.amount as varchar) || ' ' || billed.currencies
            || ') and is not in the organization'
        else ''
    end as evidence
from billed
cross join facts
left join organization_account on organization_account.account = billed.account
union all
select
    sole.payer, organization_account.account, 0, 1, 0, 'accounts',
    'the account was in the organization all month, and the bill has nothing of it'
from organization_account
cross join sole
cross join facts
left join billed on billed.account = organization_account.account
where
    billed.account is null
    and organization_account.state = 'ACTIVE'
    and organization_account.joined < facts.first_day
