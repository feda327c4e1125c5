-- The rows of the ledger that a pack publishes: this payer's month in the pack's currency, each with its cost centre.
select
  period, payer, account, seller, publisher, provider, invoice, currency, service, region, charge_category, line_type,
  bill_type, commitment, day, cost_centre, placed_by, pool, {tags} lines,
  unblended, net_unblended, blended, amortized, net_amortized, list, fee
from pooled
where period = {period} and payer = {payer} and currency = {currency}
order by all;
