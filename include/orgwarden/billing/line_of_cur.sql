-- What a line of a Cost and Usage Report means, from the columns as they were read.
-- A column that the export does not have is null in every row, one that it has is never null: where the columns of
-- Savings Plans or reservations are not there, their lines count as billed, which adds up to the same over a month.
-- The line that names tag_1 is there once for each declared tag key.
select
    payer,
    account,
    period,
    start,
    cast(start as date) as day,
    line_type,
    bill_type,
    -- As AWS's own FOCUS export has it: a negation takes back the usage that its plan covers, a discount lowers it.
    case
        when line_type in ('Usage', 'Tax', 'Credit') then line_type
        when line_type in ('Fee', 'RIFee', 'SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee') then 'Purchase'
        when line_type in ('DiscountedUsage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation') then 'Usage'
        when line_type like '%Discount' then 'Usage'
        else 'Adjustment'
    end as charge_category,
    invoice,
    seller,
    publisher,
    provider,
    currency,
    service,
    region,
    usage_type,
    operation,
    resource,
    line_id,
    time_interval,
    case when savings_plan <> '' then savings_plan else reservation end as commitment,
    '' as commitment_status,
    file,
    tag_1,
    unblended,
    net_unblended,
    blended,
    case
        when line_type = 'Usage' then unblended
        when line_type = 'SavingsPlanCoveredUsage' then coalesce(sp_effective, unblended)
        when line_type = 'SavingsPlanRecurringFee' then coalesce(sp_commitment - sp_used, unblended)
        when line_type in ('SavingsPlanNegation', 'SavingsPlanUpfrontFee') and sp_effective is not null then 0
        when line_type = 'DiscountedUsage' then coalesce(ri_effective, unblended)
        when line_type = 'RIFee' then coalesce(ri_unused_upfront + ri_unused_recurring, unblended)
        when line_type = 'Fee' and reservation <> '' and ri_effective is not null then 0
        else unblended
    end as amortized,
    case
        when line_type = 'Usage' then net_unblended
        when net_unblended is null then null
        when line_type = 'SavingsPlanCoveredUsage' then coalesce(net_sp_effective, sp_effective, net_unblended)
        when line_type = 'SavingsPlanRecurringFee' then coalesce(sp_commitment - sp_used, net_unblended)
        when line_type in ('SavingsPlanNegation', 'SavingsPlanUpfrontFee') and sp_effective is not null then 0
        when line_type = 'DiscountedUsage' then coalesce(net_ri_effective, ri_effective, net_unblended)
        when line_type = 'RIFee' then coalesce(
            net_ri_unused_upfront + net_ri_unused_recurring, ri_unused_upfront + ri_unused_recurring, net_unblended
        )
        when line_type = 'Fee' and reservation <> '' and ri_effective is not null then 0
        else net_unblended
    end as net_amortized,
    list,
    case
        when sp_effective is null and ri_effective is null then null
        when line_type = 'SavingsPlanRecurringFee' then unblended + coalesce(sp_upfront, 0)
        when line_type = 'RIFee' then unblended + coalesce(ri_upfront, 0)
        else 0
    end as fee
from charge
