-- The calendar day by day, for SQL reporters: whether bank holidays count is the authority's to say.
set role improve_owner;
grant select on calendar.policy to reporting_owner;
reset role;
