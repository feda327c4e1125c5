-- What AWS gave back: refunds and credits on a credit memo against the memo, and each running credit against the months
-- before, which had one of the same account and service: without those, nobody can tell.
with handed_back as (
    select payer, currency, account, service, line_type, charge_category, invoice, sum(unblended) as amount
    from ledger
    where line_type in ('Credit', 'Refund') or charge_category = 'Credit'
    group by payer, currency, account, service, line_type, charge_category, invoice
),
memos as (select payer, invoice, currency, total from issued where type = 'CREDIT_MEMO'),
on_memo as (
    select ledger.payer, ledger.invoice, ledger.currency, sum(ledger.unblended) as amount
    from ledger
    inner join memos
        on memos.payer = ledger.payer and memos.invoice = ledger.invoice and memos.currency = ledger.currency
    group by ledger.payer, ledger.invoice, ledger.currency
),
running as (
    select distinct account, service
    from earlier_ledger
    where line_type = 'Credit' or charge_category = 'Credit'
),
negative as (
    select payer, string_agg(account || ' ' || cast(amount as varchar) || ' ' || currency, ', ' order by account) as accounts
    from (select payer, account, currency, sum(unblended) as amount from ledger group by payer, account, currency)
    where amount < 0
    group by payer
),
loose as (
    select
        handed_back.payer, handed_back.currency, handed_back.account, handed_back.service, handed_back.line_type,
        sum(handed_back.amount) as amount
    from handed_back
    left join memos on memos.payer = handed_back.payer and memos.invoice = handed_back.invoice
    where memos.invoice is null
    group by
        handed_back.payer, handed_back.currency, handed_back.account, handed_back.service, handed_back.line_type
)
select
    memos.payer, 'credit memo ' || memos.invoice as subject, coalesce(on_memo.amount, 0) as a, memos.total as b,
    0.01 as tolerance, memos.currency as unit,
    coalesce('accounts whose total is negative: ' || negative.accounts, '') as evidence
from memos
left join on_memo on on_memo.payer = memos.payer and on_memo.invoice = memos.invoice
left join negative on negative.payer = memos.payer
union all
select
    loose.payer, loose.line_type || ' of ' || loose.account || ', ' || loose.service, loose.amount,
    case when loose.line_type <> 'Refund' and running.account is not null then loose.amount else 0 end, 0.01,
    loose.currency, coalesce('accounts whose total is negative: ' || negative.accounts, '')
from loose
left join running on running.account = loose.account and running.service = loose.service
left join negative on negative.payer = loose.payer
cross join given
where given.invoices and (given.earlier or loose.line_type = 'Refund')
