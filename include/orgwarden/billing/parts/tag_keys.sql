-- On how many lines tag_1 has a value, and how many lines there are.
select
    coalesce(sum(lines) filter (where tag_1 <> ''), 0)::bigint as tagged,
    coalesce(sum(lines), 0)::bigint as lines
from ledger
