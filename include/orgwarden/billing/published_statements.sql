-- The lines of each statement that is published, exactly.
select payer, currency, 'by account' as statement, account as line, sum(unblended) as amount
from ledger group by payer, currency, account
union all
select payer, currency, 'by account and service', account || '/' || service, sum(unblended)
from ledger group by payer, currency, account, service
union all
select payer, currency, 'by line type', line_type, sum(unblended)
from ledger group by payer, currency, line_type
union all
select payer, currency, 'by tag ' || key, value, sum(amount)
from tag_total group by payer, currency, key, value
