-- Which pool takes which lines; a blank account stands for any.
create or replace temp table shared_cost_member (
  service varchar, line_type varchar, charge_category varchar, account varchar, place integer, pool varchar
);
