-- One payer's bill in one currency without days and regions: this month's and the earlier ones', each with the two
-- measures that reports use. Billed is what the invoice asks for: where discounts are lines of their own, or no net
-- amount is known, the unblended amount, else the net one. Charged is what a cost centre bears: the same, amortized.
create or replace temp table bill_line as
with discounted as (
  select period, bool_or(line_type like '%Discount') as has_rows from pooled where payer = {payer} group by period
)
select
  pooled.period, account, service, coalesce(seller, '') as seller, coalesce(invoice, '') as invoice, charge_category,
  line_type, coalesce(commitment, '') as commitment, cost_centre, placed_by, pool,
  case
    when charge_category = 'Tax' or line_type = 'Tax' then 'Tax'
    when line_type = 'Refund' then 'Refunds'
    when line_type = 'Credit' or charge_category = 'Credit' then 'Credits'
    when line_type like '%Discount' then 'Discounts'
    when publisher ilike '%marketplace%' or seller ilike '%marketplace%' then 'Marketplace'
    when service ilike 'AWSSupport%' or service ilike 'AWS Support%' or service ilike 'AWSPremiumSupport%'
      or service ilike 'AWSDeveloperSupport%' then 'Support'
    when line_type like 'SavingsPlan%' then 'Savings Plans'
    when line_type in ('RIFee', 'DiscountedUsage') then 'Reserved Instances'
    when commitment <> '' and commitment like '%savingsplan%' then 'Savings Plans'
    when commitment <> '' then 'Reserved Instances'
    when line_type = 'Usage' then 'Usage'
    when line_type = 'Fee' then 'Other fees'
    when line_type = 'Purchase' then 'Other purchases'
    when line_type = 'Adjustment' then 'Adjustments'
    else line_type
  end as kind,
  {tags}
  sum(lines) as lines,
  sum(unblended) as unblended,
  sum(net_unblended) as net,
  sum(amortized) as amortized,
  sum(net_amortized) as net_amortized,
  sum(case when discounted.has_rows then unblended else coalesce(net_unblended, unblended) end) as billed,
  sum(case when discounted.has_rows then amortized else coalesce(net_amortized, amortized) end) as charged,
  sum(list) as list,
  sum(fee) as fee
from pooled
inner join discounted on discounted.period = pooled.period
where payer = {payer} and currency = {currency}
group by all;
