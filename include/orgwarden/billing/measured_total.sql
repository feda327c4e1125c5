-- The month by payer and charge category, in the measure that an invoice has.
select
    payer, currency, charge_category,
    sum(case when export_facts.has_discount_rows or not export_facts.has_net then unblended else net_unblended end)
from ledger cross join export_facts
group by payer, currency, charge_category
