-- The share of lines that lack what every report breaks the bill down by.
select
    coalesce(sum(lines), 0)::bigint as lines,
    coalesce(sum(lines) filter (where account = '') / sum(lines), 0)::double as without_account,
    coalesce(sum(lines) filter (where service = '') / sum(lines), 0)::double as without_service,
    coalesce(sum(lines) filter (where day is null) / sum(lines), 0)::double as without_day
from ledger
