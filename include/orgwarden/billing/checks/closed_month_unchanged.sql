-- The month as it was published, by account and line type, against the month as it is now.
with now_read as (
    select payer, account, line_type, currency, sum(unblended) as amount
    from ledger
    group by payer, account, line_type, currency
),
published as (
    select payer, account, line_type, currency, sum(amount) as amount
    from published_total
    group by payer, account, line_type, currency
)
select
    coalesce(now_read.payer, published.payer) as payer,
    coalesce(now_read.account, published.account) || ', ' || coalesce(now_read.line_type, published.line_type) as subject,
    coalesce(now_read.amount, 0) as a, coalesce(published.amount, 0) as b, 0 as tolerance,
    coalesce(now_read.currency, published.currency) as unit,
    case
        when published.amount is null then 'it is new since then'
        when now_read.amount is null then 'it was taken away since then'
        else ''
    end as evidence
from now_read
full join published
    on published.payer = now_read.payer
    and published.account = now_read.account
    and published.line_type = now_read.line_type
    and published.currency = now_read.currency
