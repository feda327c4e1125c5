-- How many currencies the export has; amounts of different ones are never added.
with told as (
    select
        count(distinct currency) as currencies,
        string_agg(cast(amount as varchar) || ' ' || currency || ' of ' || seller, ', ' order by currency, seller) as amounts
    from (select currency, seller, sum(unblended) as amount from ledger group by currency, seller)
)
select
    payers.payer, '' as subject, told.currencies as a, 1 as b, 0 as tolerance, 'currencies' as unit,
    case when told.currencies = 1 then '' else told.amounts end as evidence
from (select distinct payer from ledger) as payers
cross join told
