-- The accounts and services that were used in every hour (or day) of a month.
select account, service
from line
where charge_category = 'Usage' and start is not null
group by account, service
having count(distinct date_trunc($grain, start)) >= $units
