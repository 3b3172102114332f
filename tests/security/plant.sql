-- An authority with rows in everything that reporters' views read, all its words bearing one word: \ir this where a test needs it.
-- Its counts are odd ones, so that they are recognised wherever they appear.
create function test.plant(p_authority integer, p_word text, p_schools integer, p_bookings integer) returns void language plpgsql as $$
declare
  v_first constant integer := 100000 + 1000 * p_authority;
  v_person constant uuid := md5(p_word)::uuid;
begin
  insert into auth.authority_scope values (p_authority) on conflict do nothing;
  insert into register.authority (authority_id, name) values (p_authority, 'Authority ' || p_authority) on conflict do nothing;
  insert into register.establishment (urn, school_id) select u, u from generate_series(v_first, v_first + p_schools - 1) u;
  insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase, open_date)
  select u, p_authority, '2015-09-01', 'School ' || u, 'Open', 'Community school', 'Primary', '2015-09-01'
  from generate_series(v_first, v_first + p_schools - 1) u;
  insert into schools.phase_group values (p_authority, 'Primary', p_word || ' primaries');
  insert into auth.person (person_id, display_name) values (v_person, p_word || ' person');
  insert into auth.membership (authority_id, membership_id, person_id, persona) values (p_authority, p_word || '-me', v_person, 'la_admin');
  insert into partners.partner (authority_id, partner_id, name, capacity_half_days)
  values (p_authority, p_word || '-pt', p_word || ' partner', 60);
  insert into partners.kind_held (authority_id, held_id, partner_id, kind) select p_authority, p_word || k, p_word || '-pt', k from unnest('{sip,nle}'::text[]) k;
  insert into partners.assignment (authority_id, assignment_id, partner_id, school_urn, role, starts_on, half_days, end_reason)
  select p_authority, p_word || u, p_word || '-pt', u, 'sip', '2026-09-01', 6, p_word from generate_series(v_first, v_first + p_schools - 1) u;
  insert into partners.gate (authority_id, assignment_id, nth, gate, outcome, reason, decided_by) values (p_authority, p_word || v_first, 1, 'proposal', 'passed', p_word, v_person);
  insert into partners.accreditation (authority_id, accreditation_id, partner_id, body, number, starts_on) values (p_authority, p_word || '-ac', p_word || '-pt', p_word, p_word, '2026-09-01');
  insert into partners.expertise (authority_id, code, name) values (p_authority, lower(p_word), p_word);
  insert into partners.partner_expertise (authority_id, partner_id, code, phase_group) values (p_authority, p_word || '-pt', lower(p_word), 'Primary');
  insert into partners.capacity (authority_id, partner_id, academic_year, half_days) values (p_authority, p_word || '-pt', 2026, 60);
  insert into partners.rate (authority_id, rate_id, kind, mode, valid_from, half_day_pence) values (p_authority, p_word || '-rt', 'sip', 'in_person', '2026-09-01', 25000);
  insert into sla.service (authority_id, service_id, name) values (p_authority, p_word || '-sv', p_word || ' service');
  insert into sla.package (authority_id, package_id, service_id, name) values (p_authority, p_word || '-pk', p_word || '-sv', p_word || ' package');
  insert into sla.package_version (authority_id, package_version_id, package_id, valid_from, summary, half_days)
  values (p_authority, p_word || '-pv', p_word || '-pk', '2026-04-01', p_word, 6);
  insert into sla.price (authority_id, price_id, package_id, valid_from, vat_percent) values (p_authority, p_word || '-pr', p_word || '-pk', '2026-04-01', 20);
  insert into sla.price_clause (authority_id, price_id, nth, phase_group, flat_pence) values (p_authority, p_word || '-pr', 1, p_word, 12345);
  insert into sla.policy (authority_id, number, valid_from, maintained_month, academy_month, pro_rata, notice_months, early_end, early_end_fee_pence, recorded_by)
  values (p_authority, 1, '2026-04-01', 4, 9, 'days', 3, 'nothing', 0, v_person);
  insert into sla.staff_count (authority_id, staff_count_id, school_urn, counted_on, staff, recorded_by)
  select p_authority, p_word || u, u, '2026-01-15', 12, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into sla.subscription (authority_id, subscription_id, service_id, package_id, school_urn, starts_on, ends_on, ordered_to,
    package_version_id, half_days, price_id, net_pence, vat_percent, vat_pence, gross_pence, reasons, billed_elsewhere)
  select p_authority, p_word || u, p_word || '-sv', p_word || '-pk', u, '2026-04-01', '2027-03-31', '2027-03-31', p_word || '-pv', 6,
    p_word || '-pr', 12345, 20, 2469, 14814, '[]', true
  from generate_series(v_first, v_first + p_schools - 1) u;
  insert into sla.adjustment (authority_id, adjustment_id, subscription_id, cause, effective_on, net_pence, vat_percent, vat_pence, gross_pence, reasons, recorded_by)
  values (p_authority, p_word || '-aj', p_word || v_first, 'early_end', '2026-08-31', -100, 20, -20, -120, to_jsonb(p_word), v_person);
  insert into sla.conversion (authority_id, conversion_id, school_urn, converts_on, planned_by) select p_authority, p_word || u, u, '2031-09-01', v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into sla.ect_settlement (authority_id, subscription_id, ects_ordered, ects_stated, net_pence, vat_pence, reasons, settled_by) values (p_authority, p_word || v_first, 1, 2, 100, 20, to_jsonb(p_word), v_person);
  insert into sla.allowance (authority_id, allowance_id, school_urn, unit, starts_on, ends_on, left_units)
  select p_authority, p_word || u, u, 'credit', '2026-09-01', '2027-08-31', 5 from generate_series(v_first, v_first + p_schools - 1) u;
  insert into sla.ect_count (authority_id, ect_count_id, school_urn, academic_year, ects, stated_by) select p_authority, p_word || u, u, 2030, 2, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into sla.allowance_entry (authority_id, entry_id, allowance_id, kind, left_units, reserved_units, reason, entered_by)
  select p_authority, p_word || u, p_word || u, 'granted', 5, 0, p_word, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into cpd.course (authority_id, course_id, title) values (p_authority, p_word || '-co', p_word || ' course');
  insert into cpd.session (authority_id, session_id, course_id, status, starts_at, ends_at, venue, capacity, booking_closes_at, confirmed_count)
  values (p_authority, p_word || '-se', p_word || '-co', 'published', '2031-01-15 09:30Z', '2031-01-15 12:30Z', p_word || ' hall', 10000,
    '2031-01-10', p_bookings);
  insert into cpd.booking (authority_id, booking_id, session_id, ticket, school_urn, status, delegate_name, price_pence, booked_by, place_kind, order_id)
  select p_authority, p_word || i, p_word || '-se', i, v_first, 'confirmed', p_word || ' delegate ' || i, 4500, v_person, 'paid', p_word || i
  from generate_series(1, p_bookings) i;
  insert into cpd.attendance (authority_id, booking_id, nth, mark, marked_by) select p_authority, p_word || i, 1, 'attended', v_person from generate_series(1, p_bookings) i;
  insert into cpd.evaluation (authority_id, booking_id, stage, confidence, comment, written_by) select p_authority, p_word || i, 'before', 3, p_word, v_person from generate_series(1, p_bookings) i;
  insert into cpd.certificate (authority_id, certificate_id, booking_id, course, minutes, dates, issued_on, issued_by)
  select p_authority, p_word || '-ce' || i, p_word || i, p_word || ' course', 180, '{2031-01-15}', '2031-01-16', v_person from generate_series(1, p_bookings) i;
  insert into cpd.need (authority_id, need_id, school_urn, academic_year, topic, people, priority, note, stated_by)
  select p_authority, p_word || u, u, 2030, p_word, 2, 1, p_word, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into cpd.contact (authority_id, school_urn, name, email, set_by) select p_authority, u, p_word, p_word || '@school.example', v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into cpd.charge (authority_id, charge_id, booking_id, cause, charged_on, net_pence, vat_percent, vat_pence, reasons, charged_by)
  select p_authority, p_word || '-cc' || i, p_word || i, 'absence', '2031-01-15', 4500, 20, 900, to_jsonb(p_word), v_person from generate_series(1, p_bookings) i;
  insert into calendar.closure (authority_id, closure_id, starts_on, ends_on, name)
  select p_authority, p_word || '-cl' || i, date '2026-05-31' + i, date '2026-05-31' + i, p_word || ' closure' from generate_series(1, p_bookings) i;
  insert into calendar.half_term (authority_id, academic_year, version, half_term, starts_on, ends_on)
  select p_authority, 2020 + i, 1, 1, make_date(2020 + i, 9, 2), make_date(2020 + i, 10, 23) from generate_series(1, p_schools) i;
  insert into visits.entitlement (authority_id, entitlement_id, school_urn, source, reference, starts_on, ends_on, left_half_days)
  select p_authority, p_word || u, u, 'offer', p_word || u, '2026-09-01', '2027-08-31', 3 from generate_series(v_first, v_first + p_schools - 1) u;
  insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, place, starts_at, ends_at, half_days, funding, entitlement_id,
    notice_days, planned_by, status, done_at, note_due_on)
  select p_authority, p_word || u, u, p_word || '-pt', 'kit', 'virtual', p_word, t, t + interval '1 hour', 1, 'offer', p_word || u, 0, v_person, 'noted', t, t::date
  from generate_series(v_first, v_first + p_schools - 1) u cross join lateral (select timestamptz '2026-10-01 09:30Z' + make_interval(days => u - v_first)) x (t);
  insert into visits.entitlement_entry (authority_id, entry_id, entitlement_id, kind, half_days, visit_id, reason, entered_by)
  select p_authority, p_word || k || u, p_word || u, k, d, v, p_word, v_person
  from generate_series(v_first, v_first + p_schools - 1) u cross join lateral (values ('granted', 4, null), ('drawn', -1, p_word || u)) x (k, d, v);
  insert into visits.support_package (authority_id, support_package_id, school_urn, starts_on, reason) values (p_authority, p_word || '-sp', v_first, '2026-09-01', p_word);
  insert into notes.theme (authority_id, code, label) values (p_authority, p_word, p_word || ' theme');
  insert into notes.template (authority_id, template_id, name) values (p_authority, p_word || '-tp', p_word || ' template');
  insert into notes.template_version (authority_id, template_id, number, sections, themes, support_levels, written_by)
  values (p_authority, p_word || '-tp', 1, to_jsonb(p_word), array[p_word], array[p_word], v_person);
  insert into notes.note (authority_id, visit_id, template_id, template_number, phase_group)
  select p_authority, p_word || u, p_word || '-tp', 1, p_word || ' primaries' from generate_series(v_first, v_first + p_schools - 1) u;
  insert into notes.part (authority_id, visit_id, part, number, answers, themes, support_level, written_by)
  select p_authority, p_word || u, 'partner', n, to_jsonb(p_word), array[p_word], p_word, v_person from generate_series(v_first, v_first + p_schools - 1) u, generate_series(1, 2) n;
  insert into notes.agreement (authority_id, visit_id, number, comment, agreed_by)
  select p_authority, p_word || u, 1, p_word, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into notes.rating (authority_id, visit_id, number, rater_id, outcome, comment)
  select p_authority, p_word || u, 2, v_person, 'met', p_word from generate_series(v_first, v_first + p_schools - 1) u;
  insert into money.entry (authority_id, entry_id, posted_on, cause, cause_ref, what, posted_by) values (p_authority, p_word || '-le', '2026-10-01', 'planted', p_word, p_word, v_person);
  insert into money.line (authority_id, entry_id, nth, account, pence, counterparty_id)
  values (p_authority, p_word || '-le', 1, 'due_from_authority', 40250, p_authority + 500), (p_authority, p_word || '-le', 2, 'consultancy_income', -40250, null);
  insert into money.document (authority_id, document_id, kind, number, school_urn, billed_to, issued_on, due_on, net_pence, vat_pence, gross_pence, paid_pence)
  values (p_authority, p_word || '-do', 'invoice', 1, v_first, p_word, '2026-10-01', '2026-10-29', 12345, 2469, 14814, 14814);
  insert into money.charge (authority_id, charge_id, school_urn, kind, cause, cause_ref, what, charged_on, net_pence, vat_percent, vat_pence, gross_pence, document_id, entry_id, charged_by)
  values (p_authority, p_word || '-ch', v_first, 'invoice', 'planted', p_word, p_word, '2026-10-01', 12345, 20, 2469, 14814, p_word || '-do', p_word || '-le', v_person);
  insert into money.payment (authority_id, payment_id, document_id, paid_on, pence, reference, entry_id, recorded_by)
  values (p_authority, p_word || '-pa', p_word || '-do', '2026-10-20', 14814, p_word, p_word || '-le', v_person);
  insert into consultancy.agreement (authority_id, agreement_id, side, other_id, title, starts_on, ends_on, brokerage_percent, vat_percent, notice_days, status, answered_at)
  values (p_authority, p_word || '-ag', 'provider', p_authority + 500, p_word, '2026-09-01', '2027-08-31', 15, 0, 2, 'accepted', now());
  insert into consultancy.bank (authority_id, agreement_id, kind, half_days, half_day_pence, left_half_days) values (p_authority, p_word || '-ag', 'sle', 20, 17500, 18);
  insert into consultancy.school (authority_id, agreement_id, school_urn, starts_on, ends_on) values (p_authority, p_word || '-ag', v_first, '2026-09-01', '2027-08-31');
  insert into consultancy.placement (authority_id, placement_id, agreement_id, kind, partner_id, starts_on, ends_on)
  values (p_authority, p_word || '-pl', p_word || '-ag', 'sle', p_word || '-pt', '2026-09-01', '2027-08-31');
  insert into consultancy.delivery (authority_id, delivery_id, agreement_id, placement_id, visit_id, school_urn, kind, cause, visited_on, half_days, net_pence,
    brokerage_pence, vat_pence, gross_pence, posted_on, entry_id)
  values (p_authority, p_word || '-dl', p_word || '-ag', p_word || '-pl', p_word || '-vi', v_first, 'sle', 'delivered', '2026-10-01', 2, 35000, 5250, 0, 40250, '2026-10-01',
    p_word || '-le');
  insert into consultancy.statement (authority_id, statement_id, other_id, number, starts_on, ends_on, sold_pence, bought_pence, balance_pence)
  values (p_authority, p_word || '-cs', p_authority + 500, 1, '2026-10-01', '2026-10-31', 40250, 0, 40250);
  insert into consultancy.statement_line (authority_id, statement_id, delivery_id) values (p_authority, p_word || '-cs', p_word || '-dl');
  insert into figures.publication_policy (authority_id, small_below) values (p_authority, 10);
  insert into figures.figure (authority_id, figure_id, code, wording, printed, value, decimals, unit, at_least, as_of, source, report_row, report_request, recorded_by)
  values (p_authority, p_word || '-fg', lower(p_word), p_word, '3', 3, 0, 'number', false, '2026-10-01', p_word, '{}', '{}', v_person);
  insert into funds.organisation (authority_id, organisation_id, name, kind) values (p_authority, p_word || '-og', p_word, 'hub');
  insert into funds.fund (authority_id, fund_id, name, funder) values (p_authority, p_word || '-fu', p_word || ' fund', p_word);
  insert into funds.round (authority_id, round_id, fund_id, number, opens_on, closes_on, may_lead, awarded_source)
  values (p_authority, p_word || '-ro', p_word || '-fu', 1, '2026-09-01', '2026-10-20', '{local_authority}', p_word);
  insert into funds.priority (authority_id, round_id, number, title) values (p_authority, p_word || '-ro', 1, p_word);
  insert into funds.round_elsewhere (authority_id, round_id, other, bids, successful, source, recorded_by) values (p_authority, p_word || '-ro', p_word, 2, 1, p_word, v_person);
  insert into funds.interest (authority_id, interest_id, round_id, school_urn, wants, note, expressed_by)
  select p_authority, p_word || u, p_word || '-ro', u, '{receiver}', p_word, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into funds.bid (authority_id, bid_id, round_id, title, lead_id, priority_number) values (p_authority, p_word || '-bi', p_word || '-ro', p_word, p_word || '-og', 1);
  insert into funds.bid_party (authority_id, bid_id, party_id, role, school_urn) values (p_authority, p_word || '-bi', p_word || '-bp', 'receiver', v_first);
  insert into funds.reserve (authority_id, reserve_id, name, budget_name, categories) values (p_authority, p_word || '-rs', p_word, p_word, array[p_word]);
  insert into funds.reserve_statement (authority_id, statement_id, reserve_id, as_at, balance_pence, budget_pence, budget_is, source, recorded_by)
  values (p_authority, p_word || '-rt', p_word || '-rs', '2026-04-01', 1000, 9999, 'stated', p_word, v_person);
  insert into funds.contribution (authority_id, contribution_id, fund_id, name, source, category, financial_year, pence)
  select p_authority, p_word || u, p_word || '-fu', p_word, 'council', p_word, 2026, 12345 from generate_series(v_first, v_first + p_schools - 1) u;
  insert into funds.match (authority_id, match_id, first_id, second_id) values (p_authority, p_word || '-mt', p_word || v_first, p_word || (v_first + 1));
  insert into funds.paper (authority_id, paper_id, title, body, meeting_on, authors) values (p_authority, p_word || '-pp', p_word, p_word, '2026-10-01', p_word);
  insert into funds.recommendation (authority_id, paper_id, number, what, note) values (p_authority, p_word || '-pp', 1, p_word, p_word);
  insert into funds.update_due (authority_id, update_id, paper_id, what, due_on) values (p_authority, p_word || '-ud', p_word || '-pp', p_word, '2027-03-01');
  insert into funds.spend (authority_id, spend_id, contribution_id, pence, spent_on, what, school_urn, spent_by)
  select p_authority, p_word || u, p_word || u, 4500, '2026-11-01', p_word, u, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into cases.scheme (authority_id, number, valid_from, recorded_by) values (p_authority, 1, '2026-09-01', v_person);
  insert into cases.category (authority_id, number, code, label, nth, level) values (p_authority, 1, p_word, p_word || ' category', 1, 'intensive');
  insert into cases.reason (authority_id, number, code, label) values (p_authority, 1, p_word, p_word || ' reason');
  insert into cases.case_ (authority_id, case_id, school_urn, scheme_number, reason, opened_on, lead, aim, opened_by)
  select p_authority, p_word || u, u, 1, p_word, '2026-09-01', p_word, p_word, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into cases.rating (authority_id, rating_id, case_id, school_urn, number, category, rationale, valid_from, recorded_by)
  select p_authority, p_word || u, p_word || u, u, 1, p_word, p_word, '2026-09-01', v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into cases.support_line (authority_id, line_id, case_id, what, provider, budget, pence, agreed_on)
  values (p_authority, p_word || '-sl', p_word || v_first, p_word, p_word, p_word, 12345, '2026-09-01');
  insert into cases.action (authority_id, action_id, case_id, what, owner, due_on) values (p_authority, p_word || '-at', p_word || v_first, p_word, p_word, '2026-10-01');
  insert into cases.meeting (authority_id, meeting_id, case_id, day, status, impact) values (p_authority, p_word || '-cm', p_word || v_first, '2026-10-01', 'held', p_word);
  insert into cases.warning_notice (authority_id, warning_notice_id, case_id, kind, law_from, given_on, period_days, counting, ends_on, grounds, requires)
  values (p_authority, p_word || '-wn', p_word || v_first, 'warning', '2016-04-18', '2026-10-01', 15, 'working', '2026-10-22', p_word, p_word);
  insert into offers.scheme (authority_id, scheme_id, name, academic_year, starts_on, ends_on, predecessors, moving_down, top_up, carry_over, source, added_by)
  values (p_authority, p_word || '-os', p_word, 2026, '2026-09-01', '2027-08-31', true, 'keep', 'difference', 'lapse', p_word, v_person);
  insert into offers.tier (authority_id, scheme_id, nth, rank, name, half_days, pence, up_to, wording) values (p_authority, p_word || '-os', 1, 1, p_word, 6, 1600000, false, p_word);
  insert into offers.award (authority_id, award_id, scheme_id, school_urn, half_days, awarded_pence)
  select p_authority, p_word || u, p_word || '-os', u, 6, 1600000 from generate_series(v_first, v_first + p_schools - 1) u;
  insert into offers.move (authority_id, move_id, award_id, scheme_id, effective_on, to_nth, cause, inspection_number, pence, half_days, recorded_by)
  select p_authority, p_word || u, p_word || u, p_word || '-os', '2026-09-01', 1, 'start', p_word, 1600000, 6, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into offers.entry (authority_id, entry_id, award_id, kind, pence, effective_on, what, entered_by)
  select p_authority, p_word || u, p_word || u, 'awarded', 1600000, '2026-09-01', p_word, v_person from generate_series(v_first, v_first + p_schools - 1) u;
  insert into reviews.hub (authority_id, hub_id, name, host, coordinator, email) values (p_authority, p_word || '-hb', p_word, p_word, p_word, p_word || '@hub.example');
  insert into reviews.review (authority_id, review_id, school_urn, hub_id, why, guide, requested_on) values (p_authority, p_word || '-rw', v_first, p_word || '-hb', p_word, p_word, '2026-10-01');
  insert into reviews.step (authority_id, review_id, nth, step, day, what, taken_by) values (p_authority, p_word || '-rw', 1, 'request', '2026-10-01', p_word, v_person);
  insert into funds.budget (authority_id, budget_id, title, starts_on, ends_on, source) values (p_authority, p_word || '-bu', p_word, '2026-04-01', '2027-03-31', p_word);
  insert into funds.budget_line (authority_id, budget_id, number, what, lump_pence, note) values (p_authority, p_word || '-bu', 1, p_word, 12345, p_word);
  insert into networks.network (authority_id, network_id, kind, name, area, starts_on) values (p_authority, p_word || '-nw', 'hub', p_word, p_word, '2026-09-01');
  insert into networks.member (authority_id, member_id, network_id, school_urn, stakeholder_group, starts_on)
  select p_authority, p_word || u, p_word || '-nw', u, p_word, '2026-09-01' from generate_series(v_first, v_first + p_schools - 1) u;
  insert into networks.plan (authority_id, network_id, academic_year, title) values (p_authority, p_word || '-nw', 2026, p_word);
  insert into networks.meeting (authority_id, meeting_id, network_id, starts_at, ends_at, place, outcome)
  values (p_authority, p_word || '-ng', p_word || '-nw', '2026-10-01 16:00Z', '2026-10-01 18:00Z', p_word, p_word);
  insert into networks.attendance (authority_id, meeting_id, member_id, came) values (p_authority, p_word || '-ng', p_word || v_first, 'attended');
  insert into programmes.programme (authority_id, programme_id, title, focus, starts_on) values (p_authority, p_word || '-pg', p_word, p_word, '2026-09-01');
  insert into programmes.part (authority_id, programme_id, kind, number, what) values (p_authority, p_word || '-pg', 'strand', 1, p_word);
  insert into programmes.school (authority_id, programme_school_id, programme_id, school_urn, starts_on)
  select p_authority, p_word || u, p_word || '-pg', u, '2026-09-01' from generate_series(v_first, v_first + p_schools - 1) u;
  insert into programmes.evidence (authority_id, evidence_id, programme_id, part_kind, part_number, form, title, dated_on, finding)
  values (p_authority, p_word || '-ed', p_word || '-pg', 'strand', 1, 'survey', p_word, '2026-10-01', p_word);
  insert into programmes.move_statement (authority_id, statement_id, title, from_on, to_on, less_before, less_after, good_before, good_after, source)
  values (p_authority, p_word || '-ms', p_word, '2026-01-01', '2026-09-01', 1, 1, 1, 1, p_word);
  insert into programmes.move_line (authority_id, statement_id, number, what, schools) values (p_authority, p_word || '-ms', 1, p_word, 1);
  insert into bulletins.bulletin (authority_id, bulletin_id, number, kind, title, body, audience) values (p_authority, p_word || '-bn', p_word, 'information', p_word, p_word, array[p_word]);
  insert into bulletins.document (authority_id, bulletin_id, title, number, link, issued_on) values (p_authority, p_word || '-bn', p_word, 1, p_word, '2026-10-01');
  insert into bulletins.event (authority_id, bulletin_id, event_id, title, held_on) values (p_authority, p_word || '-bn', p_word || '-bv', p_word, '2026-10-01');
  insert into bulletins.reading (authority_id, reading_id, bulletin_id, person_id, school_urn, version_read) values (p_authority, p_word || '-rd', p_word || '-bn', v_person, v_first, 1);
  insert into programmes.analysis (authority_id, analysis_id, title, measure, strong_from, support_below, versions) values (p_authority, p_word || '-na', p_word, p_word, 75, 55, 1);
  insert into programmes.analysis_version (authority_id, analysis_id, number, source, recorded_by) values (p_authority, p_word || '-na', 1, p_word, v_person);
  insert into programmes.outcome (authority_id, analysis_id, version_number, school_urn, academic_year, value)
  select p_authority, p_word || '-na', 1, u, 2026, 60 from generate_series(v_first, v_first + p_schools - 1) u;
  insert into programmes.priority (authority_id, priority_id, plan, number, what, starts_on) values (p_authority, p_word || '-py', p_word, 2, p_word, '2026-09-01');
  insert into programmes.step (authority_id, step_id, kind, source, number, what, dated_on) values (p_authority, p_word || '-st', 'finding', p_word, 1, p_word, '2026-09-01');
  insert into programmes.output (authority_id, output_id, what, quantity, source) values (p_authority, p_word || '-ou', p_word, 2000, p_word);
  insert into programmes.comment (authority_id, comment_id, words, source_kind, kind, recorded_by) values (p_authority, p_word || '-cm', p_word, 'school', 'praise', v_person);
  insert into rpc.request (authority_id, request_id, person_id, method, fingerprint, answer)
  values (p_authority, v_person, v_person, p_word, '\x00', to_jsonb(p_word));
end $$;
