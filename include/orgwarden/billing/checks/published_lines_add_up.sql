-- The cents of each statement's lines against its total, rounded once.
select
    payer, statement as subject, sum(cents) as a, max(total) as b, 0 as tolerance, currency as unit, '' as evidence
from published_line
group by payer, statement, currency
