-- Calls about published figures: recorded, said better what they are held against, withdrawn, listed (REP-2).

create function figures.require_computable(p_figure figures.figure) returns void
language plpgsql stable as $$
declare
  v_row jsonb;
begin
  if p_figure.report is null then
    return;
  end if;
  select r into v_row from figures.rows_of(p_figure.report, p_figure.as_of, p_figure.report_request) r limit 1;
  if v_row is not null and not v_row ? p_figure.report_column then
    perform errors.invalid('column', format('The report %s has no column "%s".', p_figure.report, left(p_figure.report_column, 60)), 'REP-2',
      (select string_agg(k, ', ') from jsonb_object_keys(v_row) k where jsonb_typeof(v_row -> k) in ('number', 'null')));
  elsif v_row is not null and jsonb_typeof(v_row -> p_figure.report_column) not in ('number', 'null') then
    perform errors.invalid('column', format('The column "%s" holds no numbers.', left(p_figure.report_column, 60)), 'REP-2',
      (select string_agg(k, ', ') from jsonb_object_keys(v_row) k where jsonb_typeof(v_row -> k) = 'number'));
  elsif v_row is not null and exists (select from jsonb_object_keys(p_figure.report_row) k where not v_row ? k) then
    perform errors.invalid('row', format('The report %s has no column "%s".', p_figure.report,
        left((select k from jsonb_object_keys(p_figure.report_row) k where not v_row ? k limit 1), 60)), 'REP-2',
      (select string_agg(k, ', ') from jsonb_object_keys(v_row) k));
  end if;
end $$;
comment on function figures.require_computable is 'figures.require_computable refuses a figure whose report, column or row there cannot be.';

create function figures.refuse_column(p_report text, p_column text) returns void
language plpgsql stable as $$
begin
  if (p_report is null) <> (p_column is null) then
    perform errors.required(case when p_report is null then 'report' else 'column' end, null::text, 'both: a report and the column of it that tells the figure, or neither');
  end if;
end $$;
comment on function figures.refuse_column is 'figures.refuse_column refuses a report without a column, and a column without a report.';

create function figures.add_figure(p_code text, p_printed text, p_as_of date, p_wording text, p_source text, p_base integer, p_report text, p_column text, p_row jsonb, p_with jsonb,
  p_reason text)
returns table (figure_id text, code text, printed text, number numeric, unit text, verdict text, computed text, why text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_figure figures.figure;
  v_read record;
  v_now record;
  v_verdict record;
begin
  perform errors.required('code', btrim(p_code), 'such as ofsted-2017-08-good');
  perform errors.required('printed', btrim(p_printed), 'the figure as printed, such as 76%, or [c] where it was suppressed');
  perform errors.required('as_of', p_as_of, 'the day it is true on');
  perform errors.required('wording', btrim(p_wording), 'the words it stands in');
  perform errors.required('source', btrim(p_source), 'the document and place');
  perform figures.refuse_column(p_report, p_column);
  v_read := figures.read_printed(p_printed);
  v_figure.authority_id := auth.authority_id();
  v_figure.figure_id := base.new_ref('fg');
  v_figure.code := lower(btrim(p_code));
  v_figure.wording := btrim(p_wording);
  v_figure.printed := btrim(p_printed);
  v_figure.value := v_read.value;
  if lower(v_figure.printed) = '[c]' then
    v_figure.small_below := (figures.publication_policy_of()).small_below;
  end if;
  v_figure.decimals := v_read.decimals;
  v_figure.unit := v_read.unit;
  v_figure.at_least := v_read.at_least;
  v_figure.printed_base := p_base;
  v_figure.as_of := p_as_of;
  v_figure.source := btrim(p_source);
  v_figure.report := lower(btrim(p_report));
  v_figure.report_column := replace(lower(btrim(p_column)), '-', '_');
  v_figure.report_row := figures.pairs('row', p_row);
  v_figure.report_request := figures.pairs('with', p_with);
  v_figure.reason := nullif(btrim(p_reason), '');
  v_figure.recorded_by := auth.person_id();
  v_figure.recorded_at := now();
  v_figure.version := 1;
  perform figures.require_computable(v_figure);
  if exists (select from figures.figure f where f.authority_id = v_figure.authority_id and f.code = v_figure.code and f.withdrawn_at is null) then
    perform errors.exists('FIGURE_EXISTS', format('There is a figure %s already.', v_figure.code), 'code', 'REP-2', 'another code, or improve figure withdraw');
  end if;
  insert into figures.figure select (v_figure).*;
  v_now := figures.compute(v_figure);
  v_verdict := figures.verdict(v_figure, v_now.value, v_now.base);
  return query
  select v_figure.figure_id, v_figure.code, v_figure.printed, v_figure.value, v_figure.unit, v_verdict.verdict,
    figures.write(v_now.value, v_figure.unit, greatest(scale(trim_scale(v_now.value)), 0)), v_verdict.why, 1;
end $$;
comment on function figures.add_figure is 'figures.add_figure records a published figure as printed, with its words, day, base and source, and the report that tells it, and says at once whether they agree (REP-2).';
grant execute on function figures.add_figure to persona_la_admin, persona_officer;

create function figures.see_figure(p_figure_id text, p_version integer) returns figures.figure
language plpgsql volatile as $$
declare
  v_figure figures.figure;
begin
  perform errors.required('figure_id', p_figure_id, 'a reference such as fg-7k2q9mx4td');
  perform errors.required('version', p_version);
  select f.* into v_figure from figures.figure f
  where f.authority_id = auth.authority_id() and (f.figure_id = p_figure_id or f.code = lower(p_figure_id) and f.withdrawn_at is null)
  for no key update;
  if not found then
    perform errors.not_found('figure_id', format('There is no figure "%s".', left(p_figure_id, 60)), 'a reference such as fg-7k2q9mx4td, or a code',
      'improve figure list shows them.');
  elsif v_figure.version <> p_version then
    perform errors.stale('version', p_version, v_figure.version);
  elsif v_figure.withdrawn_at is not null then
    perform errors.precondition('FIGURE_WITHDRAWN', 'The figure was withdrawn.', 'figure_id', 'REP-2', 'a figure that holds');
  end if;
  return v_figure;
end $$;
comment on function figures.see_figure is 'figures.see_figure finds a figure by reference or code, and holds its row.';

create function figures.explain_figure(p_figure_id text, p_version integer, p_reason text, p_report text, p_column text, p_row jsonb, p_with jsonb)
returns table (figure_id text, code text, printed text, verdict text, computed text, why text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_figure figures.figure := figures.see_figure(p_figure_id, p_version);
  v_now record;
  v_verdict record;
begin
  perform figures.refuse_column(p_report, p_column);
  if p_reason is null and p_report is null then
    perform errors.required('reason', null::text, 'why it differs, or the report and column that tell it');
  end if;
  v_figure.reason := coalesce(nullif(btrim(p_reason), ''), v_figure.reason);
  if p_report is not null then
    v_figure.report := lower(btrim(p_report));
    v_figure.report_column := replace(lower(btrim(p_column)), '-', '_');
    v_figure.report_row := figures.pairs('row', p_row);
    v_figure.report_request := figures.pairs('with', p_with);
    perform figures.require_computable(v_figure);
  end if;
  update figures.figure f
  set reason = v_figure.reason, report = v_figure.report, report_column = v_figure.report_column, report_row = v_figure.report_row,
    report_request = v_figure.report_request, version = f.version + 1
  where f.authority_id = v_figure.authority_id and f.figure_id = v_figure.figure_id;
  v_now := figures.compute(v_figure);
  v_verdict := figures.verdict(v_figure, v_now.value, v_now.base);
  return query
  select v_figure.figure_id, v_figure.code, v_figure.printed, v_verdict.verdict,
    figures.write(v_now.value, v_figure.unit, greatest(scale(trim_scale(v_now.value)), 0)), v_verdict.why, v_figure.version + 1;
end $$;
comment on function figures.explain_figure is 'figures.explain_figure says why a figure differs, or what it is held against; what was printed stays as it was printed (REP-2).';
grant execute on function figures.explain_figure to persona_la_admin, persona_officer;

create function figures.withdraw_figure(p_figure_id text, p_version integer, p_reason text) returns table (figure_id text, code text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_figure constant figures.figure := figures.see_figure(p_figure_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason), 'why it was recorded wrongly');
  return query
  update figures.figure f set withdrawn_at = now(), withdrawn_reason = btrim(p_reason), version = f.version + 1
  where f.authority_id = v_figure.authority_id and f.figure_id = v_figure.figure_id
  returning f.figure_id, f.code, f.version;
end $$;
comment on function figures.withdraw_figure is 'figures.withdraw_figure withdraws a figure that was recorded wrongly: it is checked no more, and its code is free.';
grant execute on function figures.withdraw_figure to persona_la_admin, persona_officer;

create function figures.list_figures(p_include_withdrawn boolean, p_page_size integer, p_cursor text)
returns table (figure_id text, code text, printed text, number numeric, unit text, printed_base integer, as_of date, wording text, source text, report text, report_column text,
  report_row jsonb, report_request jsonb, reason text, withdrawn_reason text, version integer, small_below integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select f.figure_id, f.code, f.printed, f.value, f.unit, f.printed_base, f.as_of, f.wording, f.source, f.report, f.report_column,
    (select jsonb_agg(jsonb_build_object('name', w.key, 'value', w.value)) from jsonb_each_text(f.report_row) w),
    (select jsonb_agg(jsonb_build_object('name', w.key, 'value', w.value)) from jsonb_each_text(f.report_request) w), f.reason, f.withdrawn_reason, f.version, f.small_below,
    jsonb_build_array(f.as_of, f.code, f.figure_id)::text
  from figures.figure f
  where f.authority_id = auth.authority_id() and (coalesce(p_include_withdrawn, false) or f.withdrawn_at is null)
    and (p_cursor is null or (f.as_of, f.code, f.figure_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1, p_cursor::jsonb ->> 2))
  order by f.as_of, f.code, f.figure_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function figures.list_figures is 'figures.list_figures lists the authority''s published figures by day and code, with what each is held against.';
grant execute on function figures.list_figures to persona_la_admin, persona_officer, persona_finance, persona_reporter;
grant execute on function figures.require_computable, figures.refuse_column, figures.see_figure to improve_exec;
