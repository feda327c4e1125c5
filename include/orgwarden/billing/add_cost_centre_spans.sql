-- One list a column: rows one by one would take seconds where thousands of accounts are.
insert into cost_centre_span
select unnest(?::varchar[]), unnest(?::date[]), unnest(?::date[]), unnest(?::varchar[]), unnest(?::varchar[]);
