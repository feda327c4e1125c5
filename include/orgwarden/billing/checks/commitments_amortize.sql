-- What each commitment is spread over its use and its idle time comes to the fees of the month.
select
    payer, commitment as subject, sum(amortized) as a, sum(fee) as b, abs(sum(fee)) * 0.005 as tolerance,
    currency as unit, '' as evidence
from ledger
where commitment <> ''
group by payer, commitment, currency
