-- The report on published figures: printed and computed side by side (REP-2).

create function reports.figures(p_code text, p_verdict text)
returns table (authority text, as_of date, code text, wording text, printed text, computed text, printed_base integer, base integer, verdict text, why text, source text,
  report text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_figure figures.figure;
  v_now record;
  v_verdict record;
  v_counts integer[] := '{0,0,0}';
begin
  if lower(p_verdict) not in ('agrees', 'differs', 'cannot') then
    perform errors.invalid('verdict', 'There is no such verdict.', 'REP-2', 'agrees, differs or cannot');
  end if;
  for v_figure in
    select f.* from figures.figure f
    where f.authority_id = auth.authority_id() and f.withdrawn_at is null and (p_code is null or f.code like lower(p_code) || '%')
    order by f.as_of, f.code
  loop
    v_now := figures.compute(v_figure);
    v_verdict := figures.verdict(v_figure, v_now.value, v_now.base);
    v_counts := array[v_counts[1] + (v_verdict.verdict = 'agrees')::integer, v_counts[2] + (v_verdict.verdict = 'differs')::integer,
      v_counts[3] + (v_verdict.verdict = 'cannot')::integer];
    continue when v_verdict.verdict <> lower(p_verdict);
    return query
    select base.authority_code(v_figure.authority_id), v_figure.as_of, v_figure.code, v_figure.wording, v_figure.printed,
      figures.write(v_now.value, v_figure.unit, greatest(scale(trim_scale(v_now.value)), 0)), v_figure.printed_base, v_now.base::integer, v_verdict.verdict, v_verdict.why,
      v_figure.source, v_figure.report;
  end loop;
  raise notice using errcode = 'IMNTE', message = format('Figures: %s; agree: %s; differ: %s; cannot be computed: %s.', v_counts[1] + v_counts[2] + v_counts[3],
    v_counts[1], v_counts[2], v_counts[3]);
end $$;
comment on function reports.figures is 'reports.figures holds each published figure against what its report computes for its day: printed and computed, base, verdict (agrees, differs, cannot) and why (REP-2).';
grant execute on function reports.figures to persona_la_admin, persona_officer, persona_finance, persona_reporter;
