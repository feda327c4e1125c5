-- What of the usage is tagged by each key, with a value that is allowed. What cannot be tagged (tax, credits, refunds,
-- fees) is left out, and usage counts with what it cost after commitments.
with usage as (
    select
        tagged.payer, tagged.currency, tagged.account, tagged.service, cost_key.key, cost_key.share, tagged.value,
        coalesce(tagged.amortized, tagged.unblended) as amount,
        tagged.value <> ''
        and (
            cost_value.value is not null
            or not exists (select 1 from cost_value as any_value where any_value.key = cost_key.key)
        ) as is_covered
    from tagged
    inner join cost_key on cost_key.key = tagged.key
    left join cost_value on cost_value.key = tagged.key and cost_value.value = tagged.value
    where tagged.charge_category = 'Usage'
),
lacking as (
    select
        payer, currency, key, account, service, sum(amount) as amount,
        row_number() over (partition by payer, currency, key order by sum(amount) desc, account, service) as place
    from usage
    where not is_covered
    group by payer, currency, key, account, service
),
worst as (
    select
        payer, currency, key,
        string_agg(account || ' ' || service || ' ' || cast(amount as varchar), ', ' order by place) as places
    from lacking
    where place <= 5 and amount > 0
    group by payer, currency, key
),
refused as (
    select payer, currency, key, string_agg(distinct value, ', ' order by value) as refused_values
    from usage
    where not is_covered and value <> ''
    group by payer, currency, key
)
select
    usage.payer, usage.key as subject,
    sum(case when usage.is_covered then usage.amount else 0 end) as a, sum(usage.amount) as b,
    cast(greatest(sum(usage.amount), 0) as decimal(28,6)) * cast(1 - max(usage.share) as decimal(9,6)) as tolerance,
    usage.currency as unit,
    concat_ws(
        '; ', 'most of the rest: ' || max(worst.places), 'values that are not allowed: ' || max(refused.refused_values)
    ) as evidence
from usage
left join worst on worst.payer = usage.payer and worst.currency = usage.currency and worst.key = usage.key
left join refused on refused.payer = usage.payer and refused.currency = usage.currency and refused.key = usage.key
group by usage.payer, usage.key, usage.currency
