-- One list a column, and the names of the pools by their place.
insert into shared_cost_member
select service, line_type, charge_category, account, place, list_extract(?6::varchar[], place + 1)
from (
  select
    unnest(?1::varchar[]) as service, unnest(?2::varchar[]) as line_type, unnest(?3::varchar[]) as charge_category,
    unnest(?4::varchar[]) as account, unnest(?5::integer[]) as place
);
