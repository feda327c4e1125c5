-- The ledger, cut by each dimension, against the same lines added up a second way. A line type that AWS did not have when
-- this was written is counted like any other, and told.
with cut as (
    select payer, currency, 'line type' as dimension, line_type as value, sum(unblended) as amount, sum(lines) as lines
    from ledger group by payer, currency, line_type
    union all
    select payer, currency, 'charge category', charge_category, sum(unblended), sum(lines)
    from ledger group by payer, currency, charge_category
    union all
    select payer, currency, 'service', service, sum(unblended), sum(lines)
    from ledger group by payer, currency, service
    union all
    select payer, currency, 'region', region, sum(unblended), sum(lines)
    from ledger group by payer, currency, region
    union all
    select payer, currency, 'day', cast(day as varchar), sum(unblended), sum(lines)
    from ledger group by payer, currency, day
),
strange as (
    select payer, currency, string_agg(distinct line_type, ', ' order by line_type) as types
    from ledger
    where
        line_type not in (
            'Usage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation', 'SavingsPlanRecurringFee',
            'SavingsPlanUpfrontFee', 'DiscountedUsage', 'RIFee', 'Fee', 'Tax', 'Credit', 'Refund', 'EdpDiscount',
            'PrivateRateDiscount', 'BundledDiscount', 'SppDiscount', 'Discount', 'Purchase', 'Adjustment'
        )
    group by payer, currency
),
summed as (
    select payer, currency, dimension, sum(amount) as amount, sum(lines) as lines
    from cut
    group by payer, currency, dimension
)
select
    control_total.payer, summed.dimension as subject, summed.amount as a, control_total.unblended as b, 0 as tolerance,
    control_total.currency as unit,
    case
        when summed.dimension = 'line type' and strange.types is not null
            then 'line types that are new to this version, counted under their own names: ' || strange.types
        else ''
    end as evidence
from control_total
inner join summed on summed.payer = control_total.payer and summed.currency = control_total.currency
left join strange on strange.payer = control_total.payer and strange.currency = control_total.currency
union all
select
    control_total.payer, summed.dimension || ' (' || control_total.currency || ')', summed.lines, control_total.lines, 0,
    'lines', ''
from control_total
inner join summed on summed.payer = control_total.payer and summed.currency = control_total.currency
