-- What each account spent on each service: usage and purchases at amortized cost where the export tells it, without the
-- fees of commitments, which pay for the usage of others.
select
    account,
    service,
    currency,
    sum(coalesce(amortized, unblended)) as amount
from ledger
where
    account <> ''
    and charge_category in ('Usage', 'Purchase')
    and not (charge_category = 'Purchase' and commitment <> '')
    and line_type not in ('SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee')
group by account, service, currency
having sum(coalesce(amortized, unblended)) > 0
