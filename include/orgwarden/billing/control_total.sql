-- A second, plain way of adding up the lines, for the checks that guard the ledger.
select
    payer,
    currency,
    count(*) as lines,
    cast(sum(unblended) as decimal(38, 18)) as unblended
from line
group by
    payer,
    currency
