-- The ledger with the cost centre of each row: the resource's tag, else whose the account is on the day of the row.
create or replace temp view placed as
select
  ledger.*,
  case when {tag} <> '' then {tag} else span.cost_centre end as cost_centre,
  case when {tag} <> '' then 'resource tag' else span.placed_by end as placed_by
from ({ledger}) as ledger
left join cost_centre_span as span
  on span.account = ledger.account
  and coalesce(ledger.day, cast(ledger.period || '-01' as date)) between span.first_day and span.last_day;
