-- The costs of one tag key, by value: all that checks ask about tags, and much smaller than the ledger. {column} is the
-- ledger's column of the key.
insert into tagged
select
    payer, cast($key as varchar), {column}, account, service, charge_category, line_type, currency,
    sum(lines), sum(unblended), sum(amortized)
from ledger
group by payer, {column}, account, service, charge_category, line_type, currency
