-- Each account and service against the month before, and against the median of the three before where there are three,
-- brought to the same number of days. What is billed once a month or goes up and down by itself (tax, credits, refunds,
-- upfront fees) is not compared. Only what is above the limit on one side can break it.
with costs as (
    select payer, account, service, currency, period, coalesce(amortized, unblended) as amount, day
    from ledger
    where charge_category = 'Usage'
    union all
    select payer, account, service, currency, period, coalesce(amortized, unblended), day
    from earlier_ledger
    where charge_category = 'Usage'
),
months as (
    select
        period, count(distinct day) as days,
        row_number() over (order by period desc) as back
    from costs
    group by period
),
this_month as (select period, days from months where back = 1),
summed as (
    select costs.payer, costs.account, costs.service, costs.currency, months.back, months.days, sum(costs.amount) as amount
    from costs
    inner join months on months.period = costs.period
    where months.back <= 4
    group by costs.payer, costs.account, costs.service, costs.currency, months.back, months.days
),
-- In whole ten-thousandths, which divide without a float.
alike as (
    select
        summed.payer, summed.account, summed.service, summed.currency, summed.back,
        cast(cast(summed.amount * 10000 as hugeint) * this_month.days // summed.days as decimal(30,0)) * 0.0001 as amount
    from summed
    cross join this_month
),
compared as (
    select
        payer, account, service, currency,
        coalesce(sum(case when back = 1 then amount end), 0) as current,
        coalesce(sum(case when back = 2 then amount end), 0) as one,
        coalesce(sum(case when back = 3 then amount end), 0) as two,
        coalesce(sum(case when back = 4 then amount end), 0) as three
    from alike
    group by payer, account, service, currency
),
sided as (
    select payer, account, service, currency, current, one as before, 'the month before' as side
    from compared
    union all
    select
        payer, account, service, currency, current,
        one + two + three - greatest(one, two, three) - least(one, two, three),
        'the median of three months'
    from compared
    where (select max(back) from months) >= 4
)
select
    sided.payer, sided.account || ', ' || sided.service || ' against ' || sided.side as subject,
    sided.current as a, sided.before as b,
    greatest(variance_limit.amount, abs(cast(sided.before as decimal(26,4))) * variance_limit.share) as tolerance,
    sided.currency as unit, '' as evidence
from sided
cross join variance_limit
where greatest(abs(sided.current), abs(sided.before)) > variance_limit.amount
