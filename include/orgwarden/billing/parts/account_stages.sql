-- What each account spent on what is tagged with each stage, tag_1 being the tag that names it.
select
    account,
    tag_1 as stage,
    currency,
    sum(coalesce(amortized, unblended)) as amount
from ledger
where
    account <> ''
    and tag_1 <> ''
    and charge_category in ('Usage', 'Purchase')
    and not (charge_category = 'Purchase' and commitment <> '')
    and line_type not in ('SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee')
group by account, stage, currency
having sum(coalesce(amortized, unblended)) > 0
