-- What Cost Explorer says of one payer's month. As in the check against it, an account that the export does not have is
-- the first payer's, and an account's answer without record types counts only where there is none with them.
with asked as (
  select account, record_type, currency, amount from cost_explorer where coalesce(tag_key, '') = ''
),
paid as (select account, min(payer) as payer from ledger group by account)
select sum(asked.amount) as total
from asked
left join paid on paid.account = asked.account
where coalesce(paid.payer, (select min(payer) from ledger)) = $payer
  and asked.currency = $currency
  and (asked.record_type <> '' or asked.account not in (select account from asked where record_type <> ''));
