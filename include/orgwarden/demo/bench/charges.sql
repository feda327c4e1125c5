-- Lines of a bill of 200 accounts, 70 services and 1000 owned applications, in 37 columns of CUR 2.0; tags beside.
-- Each line is an hour of one resource, and its resource decides what it is; nothing is in any order.
with drawn as (
    select
        cast(hash(i) % $resources as bigint) as resource,
        cast(hash(i + 1000000007) % 744 as bigint) as hour,
        cast(hash(i * 3 + 5) % 1000000007 as bigint) as chance
    from range($first, $end) as numbers (i)
),

placed as (
    select
        *,
        cast(hash(resource + 77) % 1000000007 as bigint) as fate
    from drawn
),

owned as (
    select
        *,
        fate % 200 as account,
        (fate // 200) % 5 as application,
        timestamp '2026-10-01' + interval 1 hour * hour as starts,
        -- One resource in six has fees, taxes, credits and commitments among its hours.
        case when (fate // 8000) % 6 = 0 then chance % 100 else (fate // 8000) % 88 end as kind
    from placed
),

priced as (
    select
        *,
        account * 5 + application as owner,
        (account * 7 + application * 13 + ((fate // 1000) % 8) * 5) % 70 as service,
        round(
            case when chance % 4 = 0 then 0 else power(10, (chance % 60) / 10.0 - 5) * (1 + chance % 997 / 997.0) end,
            10
        ) as cost,
        case when kind between 94 and 95 or kind = 98 then -1 else 1 end as sign
    from owned
)

select
    to_hex(hash(resource * 744 + hour)) || to_hex(hash(chance)) as identity_line_item_id,
    list_extract($hours, hour + 1) as identity_time_interval,
    case when kind = 99 then 'EUINIE26-' else '21000000' end || account % 3 as bill_invoice_id,
    case when account % 3 = 0 then 'Amazon Web Services EMEA SARL' else 'Amazon Web Services, Inc.' end
        as bill_invoicing_entity,
    case when service > 66 then 'AWS Marketplace' else 'AWS' end as bill_billing_entity,
    'Anniversary' as bill_bill_type,
    '111122223333' as bill_payer_account_id,
    timestamp '2026-10-01' as bill_billing_period_start_date,
    timestamp '2026-11-01' as bill_billing_period_end_date,
    cast(100000000000 + account * 7919 as varchar) as line_item_usage_account_id,
    case
        when kind < 88 then 'Usage'
        when kind < 92 then 'SavingsPlanCoveredUsage'
        when kind < 94 then 'DiscountedUsage'
        when kind < 96 then 'SavingsPlanNegation'
        when kind < 98 then 'Tax'
        when kind < 99 then 'Credit'
        else 'RIFee'
    end as line_item_line_item_type,
    starts as line_item_usage_start_date,
    starts + interval 1 hour as line_item_usage_end_date,
    'AmazonService' || service as line_item_product_code,
    'EUN1-UsageType' || (fate // 23) % 800 as line_item_usage_type,
    'Operation' || (fate // 29) % 400 as line_item_operation,
    'arn:aws:ec2:eu-north-1:' || account || ':instance/i-' || to_hex(hash(resource)) as line_item_resource_id,
    'per hour of service ' || service as line_item_line_item_description,
    'Amazon Web Services' as line_item_legal_entity,
    chance % 100 / 10.0 as line_item_usage_amount,
    'USD' as line_item_currency_code,
    cost / 2 as line_item_unblended_rate,
    sign * cost as line_item_unblended_cost,
    cost as line_item_blended_cost,
    round(sign * cost * 0.93, 10) as line_item_net_unblended_cost,
    ['us-east-1', 'eu-west-1', 'eu-north-1', 'us-west-2', 'ap-southeast-1', 'eu-central-1', ''][1 + account % 7]
        as product_region_code,
    'Compute Instance' as product_product_family,
    round(cost * 1.2, 10) as pricing_public_on_demand_cost,
    case when kind = 99 or kind between 92 and 93 then 'arn:aws:ec2::reserved-instances/' || account % 20 else '' end
        as reservation_reservation_a_r_n,
    case when kind between 92 and 93 then round(cost * 0.6, 10) else 0.0 end as reservation_effective_cost,
    cast(0 as double) as reservation_unused_amortized_upfront_fee_for_billing_period,
    cast(0 as double) as reservation_unused_recurring_fee,
    case when kind between 88 and 91 or kind between 94 and 95 then 'arn:aws:savingsplan/' || account % 20 else '' end
        as savings_plan_savings_plan_a_r_n,
    case when kind between 88 and 91 then round(cost * 0.7, 10) else 0.0 end
        as savings_plan_savings_plan_effective_cost,
    cast(0 as double) as savings_plan_total_commitment_to_date,
    cast(0 as double) as savings_plan_used_commitment,
    'USD' as pricing_currency,
    case when owner % 9 = 0 then '' else 'cc-' || owner % 40 end as resource_tags_user_cost_center,
    case when owner % 5 = 0 then '' else 'team-' || owner % 300 end as resource_tags_user_owner,
    ['prod', 'test', 'dev', 'stage', ''][1 + application] as resource_tags_user_environment,
    'app-' || owner as resource_tags_user_application,
    case when resource % 3 = 0 then '' else 'AssumedRole:AROA' || fate % 2000 end as resource_tags_aws_created_by
from priced
