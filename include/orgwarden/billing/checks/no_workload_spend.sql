-- What the management account uses and buys, by service, against what is expected there: tax, support, the fees of
-- commitments, the services that watch over the organization, and the bucket that the export is delivered to. Usage that a
-- commitment covers counts with what it cost; what of one nobody used is a fee, which FOCUS has as usage.
-- Of an export without resources nobody can tell which bucket it is.
with management as (select account from organization_account where is_management),
buckets as (
    select distinct regexp_extract(name, '^s3://([^/]+)/', 1) as bucket from file where name like 's3://%'
),
any_resource as (select exists (select 1 from line where resource <> '') as is_told),
spent as (
    select
        line.payer, line.currency, line.service,
        coalesce(line.amortized, line.unblended) as amount,
        line.service in (
            'AWSCloudTrail', 'AWS CloudTrail', 'AWSConfig', 'AWS Config', 'awskms', 'AWS Key Management Service',
            'AWSCostExplorer', 'AWS Cost Explorer'
        )
        or line.service like 'AWSSupport%'
        or line.service like 'AWS Support%'
        or line.service like 'AWS Premium Support%'
        or (
            line.service in ('AmazonS3', 'Amazon Simple Storage Service')
            and (line.resource = '' or replace(line.resource, 'arn:aws:s3:::', '') in (select bucket from buckets))
        ) as is_expected,
        line.service in ('AmazonS3', 'Amazon Simple Storage Service') and not any_resource.is_told as is_untold
    from line
    inner join management on management.account = line.account
    cross join any_resource
    where
        line.charge_category in ('Usage', 'Purchase')
        and not (line.charge_category = 'Purchase' and line.commitment <> '')
        and line.commitment_status <> 'Unused'
        and line.line_type not in ('SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee')
)
select
    payer, service as subject, sum(amount) as a,
    case when bool_or(is_untold) then null else sum(case when is_expected then amount else 0 end) end as b,
    0 as tolerance, currency as unit, '' as evidence
from spent
group by payer, service, currency
