-- What the views and their columns mean: ODBC brings no comments, so they are a view too.
set role reporting_owner;

create view reporting.data_dictionary as
select c.relname::varchar(63) as view_name, a.attnum::integer as column_position, a.attname::varchar(63) as column_name,
  pg_catalog.format_type(a.atttypid, a.atttypmod)::varchar(60) as data_type, d.description::varchar(1000) as description,
  v.description::varchar(1000) as view_description,
  (select string_agg(distinct r.rule[1], ', ' order by r.rule[1])
    from regexp_matches(concat_ws(' ', v.description, d.description), '\m([A-Z]{1,3}-[0-9]+)\M', 'g') r (rule))::varchar(100) as rules
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = a.attnum
left join pg_catalog.pg_description v on v.classoid = 'pg_catalog.pg_class'::regclass and v.objoid = c.oid and v.objsubid = 0
where c.relnamespace = 'reporting'::regnamespace and c.relkind = 'v';
comment on view reporting.data_dictionary is 'Every column of every view of reporting, with what it means.';
comment on column reporting.data_dictionary.view_name is 'Name of the view.';
comment on column reporting.data_dictionary.column_position is 'Position of the column, from 1.';
comment on column reporting.data_dictionary.column_name is 'Name of the column.';
comment on column reporting.data_dictionary.data_type is 'Type of the column.';
comment on column reporting.data_dictionary.description is 'What the column holds, its unit, and what null means.';
comment on column reporting.data_dictionary.view_description is 'What the view holds.';
comment on column reporting.data_dictionary.rules is 'Rules of the domain that these descriptions name, such as C-4; null for none.';

grant select on reporting.data_dictionary to reporting_reader;
