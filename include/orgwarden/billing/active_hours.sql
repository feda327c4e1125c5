-- The hours (or days) in which what was always on before was used; a line may begin off the hour.
insert into active_hour
select distinct line.account, line.service, date_trunc($grain, line.start)
from line
inner join always_on on always_on.account = line.account and always_on.service = line.service
where line.charge_category = 'Usage' and line.start is not null
