-- By how much the ledger differs from the lines that it was made of, which were added up in a way of their own.
with made as (
    select payer, currency, sum(lines)::bigint as lines, sum(unblended) as unblended from ledger group by payer, currency
)
select
    coalesce(control_total.payer, made.payer) as payer,
    coalesce(control_total.currency, made.currency) as currency,
    (coalesce(control_total.lines, 0) - coalesce(made.lines, 0))::bigint as lines_apart,
    (abs(coalesce(control_total.unblended, 0) - coalesce(made.unblended, 0)) > 0.005)::int as amount_apart
from control_total
full join made on made.payer = control_total.payer and made.currency = control_total.currency
order by all
