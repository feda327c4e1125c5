-- What a Savings Plan covers at on-demand rates is taken off again, plan by plan.
select
    payer, commitment as subject,
    sum(case when line_type = 'SavingsPlanCoveredUsage' then unblended else 0 end) as a,
    -sum(case when line_type = 'SavingsPlanNegation' then unblended else 0 end) as b,
    0.01 as tolerance, currency as unit, '' as evidence
from ledger
where line_type in ('SavingsPlanCoveredUsage', 'SavingsPlanNegation')
group by payer, commitment, currency
