-- What kinds of lines the ledger has, how many, and of which nobody would expect the sign of the sum.
select
    charge_category,
    line_type,
    currency,
    period,
    sum(lines)::bigint as lines,
    count(*) filter (where unblended is null)::bigint as without_amount,
    coalesce(
        case
            when charge_category = 'Credit' or line_type in ('Credit', 'Refund', 'SavingsPlanNegation')
                or line_type like '%Discount' and line_type <> 'DiscountedUsage'
                then sum(unblended) > 0
            when charge_category = 'Usage' then sum(unblended) < 0
            else false
        end,
        false
    )::int as wrong_sign
from ledger
group by charge_category, line_type, currency, period
order by all
