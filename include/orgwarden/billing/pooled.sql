-- The placed ledger with the pool of each row: of the pools that take it, the one that is declared first.
create or replace temp view pooled as
select
  placed.*,
  case
    when here.place < coalesce(anywhere.place, here.place + 1) then here.pool
    else coalesce(anywhere.pool, '')
  end as pool
from placed
left join (
  select service, line_type, charge_category, place, pool from shared_cost_member where account = ''
) as anywhere
  using (service, line_type, charge_category)
left join (from shared_cost_member where account <> '') as here
  using (service, line_type, charge_category, account);
