-- What reporting_owner's views read, on behalf of the login of the session. The key is session_user: a setting could be set by anybody who
-- writes SQL, and SET ROLE does not change it. No function of ours stands here: its text would run with the reader's rights, who has none.

-- A joint reporter's share ends with its agreement; the day is England's, whatever time zone the session says.
create policy reporters_own on auth.reporter for select to reporting_owner
  using (role_name = session_user and (ends_on is null or ends_on >= (statement_timestamp() at time zone 'Europe/London')::date));

-- Public data.
create policy reporters_read on register.authority for select to reporting_owner using (true);
create policy reporters_read on register.authority_successor for select to reporting_owner using (true);
create policy reporters_read on register.establishment for select to reporting_owner using (true);
create policy reporters_read on register.establishment_type for select to reporting_owner using (true);
create policy reporters_read on register.default_phase_group for select to reporting_owner using (true);
create policy reporters_read on register.establishment_version for select to reporting_owner using (true);
create policy reporters_read on register.link for select to reporting_owner using (true);
create policy reporters_read on register.group_ for select to reporting_owner using (true);
create policy reporters_read on register.group_membership for select to reporting_owner using (true);
create policy reporters_read on register.inspection for select to reporting_owner using (true);
create policy reporters_read on register.inspection_grade for select to reporting_owner using (true);
create policy reporters_read on register.roll_count for select to reporting_owner using (true);
create policy reporters_read on calendar.bank_holiday for select to reporting_owner using (true);

-- An authority's own.
create policy reporters_read on schools.phase_group for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.partner for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.assignment for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.kind_held for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.accreditation for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.expertise for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.partner_expertise for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.capacity for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.rate for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on partners.gate for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.service for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.package for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.subscription for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.price for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.allowance for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.allowance_entry for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.adjustment for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.price_clause for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.policy for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on sla.staff_count for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.course for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.session for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.attendance for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.evaluation for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.certificate for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.need for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.charge for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cpd.booking for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on calendar.policy for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on calendar.closure for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on calendar.half_term for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
grant usage on schema calendar to reporting_owner;
grant select on calendar.bank_holiday, calendar.closure, calendar.half_term to reporting_owner;
create policy reporters_read on visits.visit for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on visits.entitlement for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on visits.entitlement_entry for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on visits.support_package for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on notes.theme for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on notes.note for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on notes.part for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on notes.agreement for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on notes.rating for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on money.entry for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on money.line for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on money.charge for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on money.document for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on money.payment for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on consultancy.agreement for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on consultancy.bank for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on consultancy.placement for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on consultancy.delivery for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on consultancy.statement for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on consultancy.statement_line for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on figures.figure for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.organisation for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.fund for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.round for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.priority for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.interest for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.bid for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.bid_party for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.reserve for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.reserve_statement for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.contribution for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.match for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.paper for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.recommendation for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.spend for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cases.law for select to reporting_owner using (true);
create policy reporters_read on cases.category for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cases.case_ for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cases.rating for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cases.support_line for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cases.action for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cases.meeting for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on cases.warning_notice for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on offers.scheme for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on offers.tier for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on offers.award for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on offers.move for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on offers.entry for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on reviews.hub for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on reviews.review for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on reviews.step for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.budget for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on funds.budget_line for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on networks.network for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on networks.member for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on networks.plan for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on networks.meeting for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on networks.attendance for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.programme for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.part for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.school for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.evidence for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.move_statement for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.move_line for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on bulletins.bulletin for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on bulletins.document for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on bulletins.event for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on bulletins.reading for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.analysis for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.analysis_version for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.outcome for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.priority for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.step for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.output for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
create policy reporters_read on programmes.comment for select to reporting_owner
  using (authority_id in (select r.authority_id from auth.reporter r where r.role_name = session_user));
