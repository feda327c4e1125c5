-- Each file of the delivery: the manifest lists it, and as many rows were read as it has. Whose rows they are does not
-- matter: what one payer lacks, no other can be sure to have.
with read_rows as (select file, count(*) as rows from line group by file),
payers as (select distinct payer from ledger)
select
    payers.payer, file.name as subject, coalesce(read_rows.rows, 0) as a, file.rows as b, 0 as tolerance, 'rows' as unit,
    '' as evidence
from file
cross join payers
left join read_rows on read_rows.file = file.name
union all
select payers.payer, file.name, 1, 0, 0, 'files', 'it was read, and the manifest does not list it'
from file
cross join payers
where not file.listed
