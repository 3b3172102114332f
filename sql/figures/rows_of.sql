-- Reports by name, for figures to be held against. A new report has a line here; tests/sql/figures.sql tells which are missing.

-- What the reports themselves remark would be about other figures.
create function figures.rows_of(p_report text, p_as_of date, p_with jsonb) returns setof jsonb
language plpgsql stable set client_min_messages = 'warning' as $$
declare
  v_from constant date := (p_with ->> 'from')::date;
begin
  case p_report
  when 'schools-by-phase-group' then return query select to_jsonb(r) from reports.schools_by_phase_group(p_as_of, null) r;
  when 'ofsted-over-time' then return query select to_jsonb(r) from reports.ofsted_over_time(p_as_of, null) r;
  when 'ofsted-series' then return query select to_jsonb(r) from reports.ofsted_series(jsonb_build_array(p_as_of), null) r;
  when 'ofsted-by-phase' then return query select to_jsonb(r) from reports.ofsted_by_phase(p_as_of, null, p_with ->> 'status') r;
  when 'less-than-good' then return query select to_jsonb(r) from reports.less_than_good(p_as_of) r;
  when 'sla-take-up' then return query select to_jsonb(r) from reports.sla_take_up(p_as_of, p_with ->> 'service_id') r;
  when 'sla-non-buyers' then return query select to_jsonb(r) from reports.sla_non_buyers(p_as_of, p_with ->> 'service_id') r;
  when 'income-by-service' then return query select to_jsonb(r) from reports.income_by_service(v_from, p_as_of) r;
  when 'entitlement-balances' then return query select to_jsonb(r) from reports.entitlement_balances(p_as_of, p_with ->> 'unit', null) r;
  when 'partner-workload' then return query select to_jsonb(r) from reports.partner_workload(p_as_of) r;
  when 'cpd-sessions' then return query select to_jsonb(r) from reports.cpd_sessions(v_from, p_as_of) r;
  when 'cpd-attendance' then return query select to_jsonb(r) from reports.cpd_attendance(v_from, p_as_of, p_with ->> 'course_id') r;
  when 'cpd-evaluation' then return query select to_jsonb(r) from reports.cpd_evaluation(v_from, p_as_of, p_with ->> 'course_id') r;
  when 'visits-owed' then return query select to_jsonb(r) from reports.visits_owed(p_as_of, null) r;
  when 'delivered-against-entitled' then return query select to_jsonb(r) from reports.delivered_against_entitled(p_as_of, p_with ->> 'source') r;
  when 'notes-late' then return query select to_jsonb(r) from reports.notes_late(p_as_of, v_from) r;
  when 'visit-themes' then return query select to_jsonb(r) from reports.visit_themes(v_from, p_as_of, p_with ->> 'phase_group') r;
  when 'consultancy-statement' then return query select to_jsonb(r) from reports.consultancy_statement(p_with ->> 'other', v_from, p_as_of, null) r;
  when 'charges-outstanding' then return query select to_jsonb(r) from reports.charges_outstanding(p_as_of) r;
  when 'bids' then return query select to_jsonb(r) from reports.bids(p_with ->> 'fund_id', p_as_of) r;
  when 'round-rank' then return query select to_jsonb(r) from reports.round_rank(p_with ->> 'round_id', p_with ->> 'region', p_as_of) r;
  when 'match-funding' then return query select to_jsonb(r) from reports.match_funding(p_with ->> 'fund_id', p_as_of) r;
  when 'reserve' then return query select to_jsonb(r) from reports.reserve(p_with ->> 'reserve_id', p_as_of) r;
  when 'concern-cases' then return query select to_jsonb(r) from reports.concern_cases(p_as_of, (p_with ->> 'since')::date, null) r;
  when 'reviews' then return query select to_jsonb(r) from reports.reviews(v_from, null, p_as_of) r;
  when 'concern-support' then return query select to_jsonb(r) from reports.concern_support(p_as_of, p_with ->> 'budget', null) r;
  when 'offer-tiers' then return query select to_jsonb(r) from reports.offer_tiers(p_with ->> 'scheme_id', p_as_of) r;
  when 'offer-moves' then return query select to_jsonb(r) from reports.offer_moves(p_with ->> 'scheme_id', v_from, p_as_of, null) r;
  when 'commitments' then return query select to_jsonb(r) from reports.commitments(p_with ->> 'budget_id', p_as_of) r;
  when 'budget-against-actual' then return query select to_jsonb(r) from reports.budget_against_actual(p_with ->> 'budget_id', p_as_of) r;
  when 'networks' then return query select to_jsonb(r) from reports.networks(p_with ->> 'kind', p_as_of) r;
  when 'inspection-moves' then return query select to_jsonb(r) from reports.inspection_moves(v_from, p_as_of, p_with ->> 'statement_id') r;
  when 'impact' then return query select to_jsonb(r) from reports.impact(v_from, p_as_of, p_with ->> 'programme_id') r;
  else perform errors.invalid('report', format('No report "%s" tells figures.', left(p_report, 60)), 'REP-2', 'a name that improve report list shows, such as sla-take-up');
  end case;
end $$;
comment on function figures.rows_of is 'figures.rows_of gives the rows of a report by its name, on a day, as JSON. Reports of single schools (school-statement) and of samples (qa-sample) tell no figures that are published.';

create function figures.pairs(p_field text, p_pairs jsonb) returns jsonb
language plpgsql immutable as $$
declare
  v_object jsonb;
begin
  if exists (select from jsonb_array_elements(coalesce(p_pairs, '[]')) p where coalesce(btrim(p ->> 'name'), '') = '' or p ->> 'value' is null) then
    perform errors.invalid(p_field, 'A pair has a name and a value.', 'REP-2', 'such as name=phase_group,value=Primary');
  end if;
  select coalesce(jsonb_object_agg(replace(lower(btrim(p ->> 'name')), '-', '_'), p ->> 'value'), '{}') into v_object from jsonb_array_elements(coalesce(p_pairs, '[]')) p;
  return v_object;
end $$;
comment on function figures.pairs is 'figures.pairs makes one object of names and values.';

create function figures.compute(p_figure figures.figure, out value numeric, out base numeric)
language plpgsql stable as $$
declare
  v_row jsonb;
begin
  if p_figure.report is null then
    return;
  end if;
  select r into v_row from figures.rows_of(p_figure.report, p_figure.as_of, p_figure.report_request) r
  where not exists (select from jsonb_each_text(p_figure.report_row) w where lower(r ->> w.key) is distinct from lower(w.value))
  limit 1;
  value := case when p_figure.report_column like '%\_pence' then (v_row ->> p_figure.report_column)::numeric / 100 else (v_row ->> p_figure.report_column)::numeric end;
  base := (v_row ->> 'base')::numeric;
end $$;
comment on function figures.compute is 'figures.compute computes a figure by its report, on its day: the first row that fits, its column (pence as pounds) and its base. Nulls where the report has none.';
grant execute on function figures.rows_of, figures.pairs, figures.compute to improve_exec;
