-- Of several payers, those of whose accounts Cost Explorer has none among what it tells by a tag, or without one.
with told as (select distinct account from cost_explorer where (tag_key <> '') = $by_tag),
payers as (select payer, bool_or(account in (select account from told)) as is_told from ledger group by payer)
select payer
from payers
where not is_told and (select count(*) from payers) > 1 and exists (select 1 from told)
