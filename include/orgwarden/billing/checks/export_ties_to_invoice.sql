-- What the export has for each invoice against what the invoice says. AWS rounds tax for each account that it bills, so
-- each tax line may be a cent off. A payer of whom no invoice was given is not asked. Lines that are on no invoice yet are not asked here: invoices_issued tells them.
with measured as (
    select
        payer, invoice, currency, line_type, account,
        sum(case when export_facts.has_discount_rows or not export_facts.has_net then unblended else net_unblended end)
            as amount,
        sum(case when charge_category = 'Tax' then lines else 0 end) as tax_lines
    from ledger cross join export_facts
    where invoice <> '' and payer in (select payer from invoice)
    group by payer, invoice, currency, line_type, account
),
exported as (
    select payer, invoice, currency, sum(amount) as amount, sum(tax_lines) as tax_lines
    from measured
    group by payer, invoice, currency
),
compared as (
    select
        coalesce(exported.payer, issued.payer) as payer,
        coalesce(exported.invoice, issued.invoice) as invoice,
        coalesce(exported.currency, issued.currency) as currency,
        coalesce(exported.amount, 0) as a,
        coalesce(issued.total, 0) as b,
        greatest(coalesce(exported.tax_lines, 0), 1) as cents,
        exported.invoice is null as is_without_lines,
        issued.invoice is null as is_unknown,
        coalesce(issued.type, '') as type,
        coalesce(issued.seller, '') as seller
    from exported
    full join issued
        on issued.payer = exported.payer and issued.invoice = exported.invoice and issued.currency = exported.currency
),
nearest as (
    select
        measured.payer, measured.invoice, measured.currency,
        arg_min(
            measured.line_type || ' of ' || measured.account,
            abs(abs(measured.amount) - abs(compared.a - compared.b)) order by measured.line_type, measured.account
        ) as part
    from measured
    inner join compared
        on compared.payer = measured.payer
        and compared.invoice = measured.invoice
        and compared.currency = measured.currency
    group by measured.payer, measured.invoice, measured.currency
)
select
    compared.payer,
    compared.invoice as subject,
    compared.a,
    compared.b,
    compared.cents * 0.01 as tolerance,
    compared.currency as unit,
    case
        when compared.is_without_lines then compared.seller || ' issued it, and no line of the export is on it'
        when compared.is_unknown then 'it is not among the invoices that were given'
        when compared.a = compared.b then ''
        else compared.seller || ', nearest to the difference: ' || coalesce(nearest.part, 'nothing')
    end as evidence
from compared
left join nearest
    on nearest.payer = compared.payer and nearest.invoice = compared.invoice and nearest.currency = compared.currency
