-- The payer's month here against the same month in the other format, by the measure that an invoice has; where the two
-- part, by charge category.
with measured as (
    select
        payer, currency, charge_category,
        sum(case when export_facts.has_discount_rows or not export_facts.has_net then unblended else net_unblended end)
            as amount
    from ledger cross join export_facts
    group by payer, currency, charge_category
),
sides as (
    select payer, currency, charge_category, amount as a, 0 as b from measured
    union all
    select payer, currency, charge_category, 0, amount from other_total
),
categories as (
    select payer, currency, charge_category, sum(a) as a, sum(b) as b
    from sides
    group by payer, currency, charge_category
)
select
    payer, '' as subject, sum(a) as a, sum(b) as b, 0.01 as tolerance, currency as unit,
    coalesce(
        string_agg(
            charge_category || ' ' || cast(a as varchar) || ' against ' || cast(b as varchar), ', ' order by charge_category
        ) filter (where a <> b),
        ''
    ) as evidence
from categories
group by payer, currency
