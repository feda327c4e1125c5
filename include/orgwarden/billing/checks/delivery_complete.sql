-- Each file of the delivery: the manifest lists it, and as many rows were read of it as its own footer counts (CSV has
-- none; a row of it that cannot be read stops the reading). Whose rows they are does not matter: what one payer lacks, no
-- other can be sure to have.
with payers as (select distinct payer from ledger)
select
    payers.payer, file.name as subject, file.rows as a, coalesce(footer.rows, file.rows) as b, 0 as tolerance,
    'rows' as unit, '' as evidence
from file
cross join payers
left join footer on footer.file = file.name
union all
select payers.payer, file.name || ' (unlisted)', 1, 0, 0, 'files', 'it was read, and the manifest does not list it'
from file
cross join payers
where not file.listed
