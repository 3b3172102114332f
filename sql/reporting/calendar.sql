-- Bank holidays, closures and terms for SQL reporters.
set role reporting_owner;

create view reporting.bank_holiday as
select b.day, b.name::varchar(100) as name, (case when b.proclaimed then 'Yes' else 'No' end)::varchar(3) as proclaimed
from calendar.bank_holiday b
where b.superseded_at is null;
comment on view reporting.bank_holiday is 'England''s bank holidays (C-4).';
comment on column reporting.bank_holiday.day is 'Day on which it is kept.';
comment on column reporting.bank_holiday.name is 'Name.';
comment on column reporting.bank_holiday.proclaimed is 'Yes when it was proclaimed for this one year; the others follow a rule.';

create view reporting.calendar_closure as
select lpad(c.authority_id::text, 3, '0')::varchar(3) as authority, c.closure_id::varchar(20) as closure_id, c.name::varchar(100) as name,
  c.starts_on, c.ends_on, (c.recorded_at at time zone 'Europe/London')::timestamp(0) as recorded_uk_time,
  (c.superseded_at at time zone 'Europe/London')::timestamp(0) as removed_uk_time
from calendar.closure c;
comment on view reporting.calendar_closure is 'Days on which the authority''s offices are closed besides bank holidays, with those that were removed (C-4).';
comment on column reporting.calendar_closure.authority is 'DfE code of the authority, three digits.';
comment on column reporting.calendar_closure.closure_id is 'Reference of the closure.';
comment on column reporting.calendar_closure.name is 'Name.';
comment on column reporting.calendar_closure.starts_on is 'First day.';
comment on column reporting.calendar_closure.ends_on is 'Last day.';
comment on column reporting.calendar_closure.recorded_uk_time is 'When it was recorded, English local time.';
comment on column reporting.calendar_closure.removed_uk_time is 'When it was removed; null while it holds.';

create view reporting.calendar_half_term as
select lpad(h.authority_id::text, 3, '0')::varchar(3) as authority, h.academic_year,
  (case when h.half_term <= 2 then 'autumn' when h.half_term <= 4 then 'spring' else 'summer' end)::varchar(6) as term, h.half_term, h.starts_on, h.ends_on
from calendar.half_term h
where h.superseded_at is null;
comment on view reporting.calendar_half_term is 'The six half-terms of each academic year that the authority has set (C-3).';
comment on column reporting.calendar_half_term.authority is 'DfE code of the authority, three digits.';
comment on column reporting.calendar_half_term.academic_year is 'Academic year, by the calendar year in which it begins: 2026 is 2026/27.';
comment on column reporting.calendar_half_term.term is 'autumn, spring or summer.';
comment on column reporting.calendar_half_term.half_term is '1 to 6.';
comment on column reporting.calendar_half_term.starts_on is 'First day.';
comment on column reporting.calendar_half_term.ends_on is 'Last day.';

grant select on reporting.bank_holiday, reporting.calendar_closure, reporting.calendar_half_term to reporting_reader;
