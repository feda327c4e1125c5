-- Whose the costs of an account are from a day to a day, unless the resource's tag says otherwise.
create or replace temp table cost_centre_span (
  account varchar, first_day date, last_day date, cost_centre varchar, placed_by varchar
);
