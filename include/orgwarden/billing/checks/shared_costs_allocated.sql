-- Each pool of shared costs against what its rule allocated.
select
    payer, pool as subject, sum(allocated) as a, max(amount) as b, 0 as tolerance, currency as unit,
    max(evidence) as evidence
from shared_pool
group by payer, pool, currency
