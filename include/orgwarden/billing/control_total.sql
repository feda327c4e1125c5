-- A second, plain way of adding up the lines, for the checks that guard the ledger.
select
    payer,
    currency,
    count(*) as lines,
    sum(unblended) as unblended
from line
group by
    payer,
    currency
