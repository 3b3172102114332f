-- Published figures for SQL reporters.
set role reporting_owner;

create view reporting.published_figure as
select lpad(f.authority_id::text, 3, '0')::varchar(3) as authority, f.figure_id::varchar(20) as figure_id, f.code::varchar(60) as code, f.wording::varchar(500) as wording,
  f.printed::varchar(60) as printed, f.value::numeric(18, 4) as value, f.unit::varchar(10) as unit, f.printed_base, f.as_of, f.source::varchar(300) as source,
  f.report::varchar(60) as report, f.report_column::varchar(63) as report_column, f.reason::varchar(500) as reason, (case when f.small_below is null then 'No' else 'Yes' end)::varchar(3) as suppressed
from figures.figure f
where f.withdrawn_at is null;
comment on view reporting.published_figure is 'Figures that the authority published, as printed (REP-2). What they compute to: improve report figures.';
comment on column reporting.published_figure.authority is 'DfE code of the authority, three digits.';
comment on column reporting.published_figure.figure_id is 'Reference of the figure.';
comment on column reporting.published_figure.code is 'Name for it.';
comment on column reporting.published_figure.wording is 'The words it stands in.';
comment on column reporting.published_figure.printed is 'The figure as printed.';
comment on column reporting.published_figure.value is 'Its number; null where the words hold none.';
comment on column reporting.published_figure.unit is 'number, percent or pounds.';
comment on column reporting.published_figure.printed_base is 'The base it was printed with; null when none was.';
comment on column reporting.published_figure.as_of is 'The day it is true on.';
comment on column reporting.published_figure.source is 'Where it is printed.';
comment on column reporting.published_figure.report is 'Report that tells it; null when none does.';
comment on column reporting.published_figure.report_column is 'Its column.';
comment on column reporting.published_figure.reason is 'Why it differs, or cannot be computed; null when nobody said.';
comment on column reporting.published_figure.suppressed is 'Yes when it was published as [c], a small number suppressed (REP-5).';
grant select on reporting.published_figure to reporting_reader;
reset role;
