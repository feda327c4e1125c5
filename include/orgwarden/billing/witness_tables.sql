-- What witnesses say, in one shape whoever said it, and empty where there is no witness.
create or replace table given (
    invoices boolean, cost_explorer boolean, organization boolean, earlier boolean, other_format boolean,
    published boolean, baseline boolean
);
create or replace table footer (file varchar, rows bigint);
create or replace table invoice (
    invoice varchar, type varchar, bill_type varchar, seller varchar, payer varchar, currency varchar,
    total decimal(38,18), before_tax decimal(38,18), payment_currency varchar, payment_total decimal(38,18),
    rate decimal(38,18), original_invoice varchar, issued date, due date
);
-- An invoice is told in the currency of the export where it has it: as base, else as payment currency.
create or replace view issued as
select
    invoice.payer, invoice.invoice, invoice.type, invoice.seller,
    case when in_payment.currency is null then invoice.currency else in_payment.currency end as currency,
    case when in_payment.currency is null then invoice.total else invoice.payment_total end as total
from invoice
left join (select distinct currency from ledger) as in_base on in_base.currency = invoice.currency
left join (select distinct currency from ledger) as in_payment
    on in_payment.currency = invoice.payment_currency and in_base.currency is null
where invoice.type <> 'PAYMENT_RECEIPT';
create or replace table cost_explorer (
    account varchar, record_type varchar, tag_key varchar, tag_value varchar, currency varchar,
    amount decimal(38,18), is_estimated boolean
);
create or replace table organization_account (
    account varchar, name varchar, state varchar, joined date, is_management boolean
);
create or replace table earlier_ledger as select * from ledger limit 0;
create or replace table other_total (payer varchar, currency varchar, charge_category varchar, amount decimal(38,18));
create or replace table published_total (
    payer varchar, account varchar, line_type varchar, currency varchar, amount decimal(38,18)
);
create or replace table always_on (account varchar, service varchar);
create or replace table active_hour (account varchar, service varchar, hour timestamp);
create or replace table period_hour (hour timestamp, place bigint, unit varchar);
create or replace table cost_key (key varchar, share decimal(9,6));
create or replace table cost_value (key varchar, value varchar);
create or replace table variance_limit (amount decimal(28,6), share decimal(9,6));
create or replace table shared_pool (
    payer varchar, currency varchar, pool varchar, amount decimal(38,18), allocated decimal(38,18), evidence varchar
);
create or replace table published_line (
    payer varchar, currency varchar, statement varchar, cents decimal(38,18), total decimal(38,18)
);
create or replace table tagged (
    payer varchar, key varchar, value varchar, account varchar, service varchar, charge_category varchar,
    line_type varchar, currency varchar, lines bigint, unblended decimal(38,18), amortized decimal(38,18)
);
create or replace table tag_total (
    payer varchar, key varchar, value varchar, currency varchar, amount decimal(38,18)
);
