-- What each column that can hold words says about people. tests/sql/privacy_columns.sql holds that none is left out: add a table's here.

create view privacy.column_rule with (security_invoker = true) as
select r.table_name, c.column_name, c.kind
from (values
  ('auth.person', 'person_id:subject display_name:name'),
  ('auth.membership', '*:delete person_id:subject'),
  ('auth.identity', '*:delete issuer:plain subject:about person_id:subject'),
  ('auth.device', '*:delete person_id:subject label:about'),
  ('auth.token', '*:delete person_id:subject label:about issued_by:actor'),
  ('auth.invitation', 'name:name person_id:subject redeemed_by:subject invited_by:actor'),
  ('auth.reporter', 'role_name:plain created_by:actor agreement:text'),
  ('events.event', 'kind:plain subject:plain partner_id:plain person_id:subject about:json'),
  ('partners.partner', 'person_id:subject name:name email:email phone:about'),
  ('partners.assignment', 'role:plain end_reason:text'),
  ('partners.gate', 'reason:text decided_by:actor'),
  ('partners.role', 'role:plain accreditation_body:plain'),
  ('partners.expertise', 'code:plain name:plain'),
  ('partners.partner_expertise', 'partner_id:owner code:plain phase_group:plain'),
  ('partners.kind_held', 'partner_id:owner'),
  ('partners.accreditation', 'partner_id:owner body:plain number:about withdrawn_reason:text'),
  ('partners.conflict', 'partner_id:owner note:about withdrawn_reason:text declared_by:actor'),
  ('partners.details', '*:delete partner_id:owner email:email phone:about expertise:json note:about decided_reason:text proposed_by:actor decided_by:actor'),
  ('calendar.closure', 'name:plain'),
  ('cpd.booking', 'delegate_name:name delegate_email:email live_key:generated booked_by:actor cancel_reason:about reasons:json'),
  ('cpd.course', 'title:text title_key:generated description:text audience:text provider:text prerequisites:text'),
  ('cpd.budget_holder', 'person_id:subject named_by:actor'),
  ('cpd.step', 'booking_id:owner by_person:actor note:about about:plain'),
  ('cpd.charge', 'booking_id:owner counted:plain reasons:json charged_by:actor waived_by:actor waive_note:about'),
  ('cpd.substitution', 'was_name:name was_email:email by_person:actor'),
  ('cpd.attendance', 'booking_id:owner marked_by:actor'),
  ('cpd.certificate', 'booking_id:owner course:plain provider:plain issued_by:actor'),
  ('cpd.evaluation', 'booking_id:owner comment:about written_by:actor'),
  ('cpd.course_topic', 'topic:plain'),
  ('cpd.need', 'topic:plain note:text stated_by:actor'),
  ('cpd.contact', '*:delete name:name email:email set_by:actor'),
  ('cpd.terms', 'name:plain name_key:generated'),
  ('cpd.terms_version', 'source:text written_by:actor'),
  ('cpd.discount_code', 'code:plain code_key:generated'),
  ('cpd.session', 'venue:text cancel_reason:text carried_to:plain instructions:text'),
  ('cpd.session_part', 'venue:text'),
  ('imports.file', 'file_name:text opened_by:actor'),
  ('imports.problem', 'field:plain value:text reason:text'),
  ('imports.staged_row', 'facts:json'),
  ('schools.phase_group', 'phase:plain phase_group:plain'),
  ('sla.service', 'name:plain name_key:generated'),
  ('sla.package', 'name:plain name_key:generated'),
  ('sla.package_version', 'summary:text'),
  ('sla.price_clause', 'phase_group:plain school_type:plain'),
  ('sla.policy', 'recorded_by:actor'),
  ('sla.staff_count', 'recorded_by:actor'),
  ('sla.conversion', 'planned_by:actor'),
  ('sla.ect_count', 'stated_by:actor'),
  ('sla.ect_settlement', 'reasons:json settled_by:actor'),
  ('sla.allowance_entry', 'reason:text entered_by:actor'),
  ('sla.subscription', 'end_reason:text reasons:json continues:plain notice_reason:text notice_given_by:actor'),
  ('sla.adjustment', 'reasons:json recorded_by:actor'),
  ('visits.visit', 'place:text funding_ref:plain planned_by:actor cancel_reason:text'),
  ('visits.entitlement', 'reference:plain'),
  ('visits.entitlement_entry', 'reason:text entered_by:actor'),
  ('visits.busy', 'person_id:subject'),
  ('visits.support_package', 'reason:text'),
  ('notes.theme', 'code:plain label:plain'),
  ('notes.template', 'name:text name_key:generated'),
  ('notes.template_version', 'sections:json written_by:actor'),
  ('notes.note', 'phase_group:plain'),
  ('notes.part', 'answers:json support_level:plain written_by:actor'),
  ('notes.agreement', 'part:plain comment:text agreed_by:actor'),
  ('notes.rating', 'part:plain rater_id:actor comment:text'),
  ('money.entry', 'cause:plain cause_ref:plain what:plain reverses:plain posted_by:actor'),
  ('money.line', 'account:plain'),
  ('money.charge', 'cause:plain cause_ref:plain what:text reasons:json credits:plain credit_reason:text document_id:plain charged_by:actor'),
  ('money.document', 'billed_to:plain'),
  ('money.payment', 'reference:plain recorded_by:actor'),
  ('consultancy.agreement', 'title:text answer_note:text end_reason:text'),
  ('consultancy.placement', 'kind:plain partner_id:owner membership_id:plain'),
  ('consultancy.delivery', 'placement_id:plain visit_id:plain kind:plain reverses:plain reason:text'),
  ('consultancy.statement', 'settlement_ref:text'),
  ('cases.scheme', 'recorded_by:actor'),
  ('cases.category', 'code:plain label:plain'),
  ('cases.reason', 'code:plain label:plain'),
  ('cases.case_', 'reason:plain close_reason:text lead:text aim:text exit_when:text opened_by:actor'),
  ('cases.rating', 'category:plain rationale:text recorded_by:actor'),
  ('cases.support_line', 'what:text provider:text budget:plain unit:plain withdrawn_reason:text'),
  ('cases.action', 'what:text owner:text outcome:text'),
  ('cases.meeting', 'who:text impact:text next_steps:text reason:text'),
  ('cases.warning_notice', 'kind:plain grounds:text requires:text outcome:text'),
  ('offers.scheme', 'name:plain name_key:generated source:plain added_by:actor'),
  ('offers.tier', 'name:plain wording:plain'),
  ('offers.move', 'inspection_number:plain recorded_by:actor'),
  ('offers.commitment', 'what:text'),
  ('offers.entry', 'what:text entered_by:actor'),
  ('reviews.hub', 'name:plain name_key:generated host:plain town:plain coordinator:name email:email phone:about'),
  ('reviews.hub_area', 'area:plain'),
  ('reviews.review', 'why:text guide:plain'),
  ('reviews.step', 'what:text taken_by:actor'),
  ('notices.policy', 'sender:plain sender_name:plain reply_to:plain'),
  ('notices.template', 'kind:plain subject:text body:text written_by:actor'),
  ('notices.notice', '*:delete kind:plain about:plain once_key:plain to_name:name to_address:email subject:text body:text event:json failure:text'),
  ('figures.figure', 'code:plain wording:text printed:plain unit:plain source:text report:plain report_column:plain report_row:json report_request:json reason:text withdrawn_reason:text recorded_by:actor'),
  ('funds.organisation', 'name:plain name_key:generated'),
  ('funds.fund', 'name:plain name_key:generated funder:plain purpose:text legal_basis:plain'),
  ('funds.contact', 'role:plain name:name email:email phone:about under:plain'),
  ('funds.round', 'awarded_source:plain'),
  ('funds.priority', 'title:text agreed_by:plain agreed_words:plain'),
  ('funds.round_elsewhere', 'other:plain other_key:generated region:plain source:plain recorded_by:actor'),
  ('funds.interest', 'note:text expressed_by:actor'),
  ('funds.bid', 'title:text impact_evidence:text analysis:text reason:text'),
  ('funds.reserve', 'name:plain name_key:generated budget_name:plain'),
  ('funds.reserve_statement', 'source:plain recorded_by:actor'),
  ('funds.contribution', 'name:plain category:plain agreed_reference:plain'),
  ('funds.paper', 'title:text body:plain authors:text'),
  ('funds.recommendation', 'what:text note:text'),
  ('funds.update_due', 'what:text'),
  ('funds.spend', 'what:text category:plain reverses:plain reason:text spent_by:actor'),
  ('funds.budget', 'title:plain title_key:generated printed_reason:text source:plain'),
  ('funds.budget_line', 'what:text unit:plain second_unit:plain printed_reason:text delivered_key:plain note:text'),
  ('networks.network', 'name:plain name_key:generated area:plain'),
  ('networks.member', 'name:name email:email phone:about stakeholder_group:plain seat_of:plain'),
  ('networks.plan', 'title:text link:plain'),
  ('networks.meeting', 'place:text outcome:text cancel_reason:text'),
  ('programmes.programme', 'title:plain title_key:generated focus:text'),
  ('programmes.part', 'what:text'),
  ('programmes.evidence', 'part_kind:plain title:text link:plain finding:text'),
  ('programmes.move_statement', 'title:plain residual_reason:text source:plain'),
  ('programmes.move_line', 'what:text'),
  ('bulletins.bulletin', 'number:plain title:text body:text contact_name:text contact_email:text contact_phone:text withdrawn_reason:text'),
  ('bulletins.document', 'title:plain link:plain note:text'),
  ('bulletins.event', 'title:text place:text'),
  ('bulletins.reading', '*:delete person_id:subject'),
  ('programmes.analysis', 'title:plain title_key:generated measure:plain'),
  ('programmes.analysis_version', 'source:plain recorded_by:actor'),
  ('programmes.priority', 'plan:plain what:text'),
  ('programmes.step', 'source:plain what:text outcome:text'),
  ('programmes.output', 'what:plain source:plain'),
  ('programmes.comment', 'words:text source:text phase:plain recorded_by:actor'),
  ('rpc.request', 'person_id:actor answer:answer'),
  ('audit.entry', 'person_id:actor request:content answer:content changes:content')
) r (table_name, columns)
cross join lateral (
  select split_part(c, ':', 1), split_part(c, ':', 2) from regexp_split_to_table(r.columns, ' ') c
) c (column_name, kind);
comment on view privacy.column_rule is 'What each column says about people. subject: identity of the person the row is about; actor: of who did it; name, email, about: of the row''s subject; owner: refers to a row whose subject is this row''s too; text, json, answer, content: may mention anybody; generated: from others; plain: about nobody. Column * says that the subject''s row is deleted when they are erased, where other rows are kept under a placeholder.';
comment on column privacy.column_rule.table_name is 'Schema and table.';
comment on column privacy.column_rule.column_name is 'Column, or *.';
comment on column privacy.column_rule.kind is 'What it says.';
grant select on privacy.column_rule to improve_exec;

-- The owner's functions of this folder reach the rows of the call's authority, and of what people share across authorities.
do $$
declare
  t record;
begin
  for t in
    select c.oid::regclass as name, exists (select from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attname = 'authority_id' and a.attnotnull) as tenant
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspowner = 'improve_owner'::regrole and c.relkind in ('r', 'p')
      and pg_catalog.obj_description(c.oid, 'pg_class') ~ '^(Tenant|Cross-LA): '
  loop
    execute format('create policy keeps_people on %s to improve_owner using (%s)', t.name,
      case when t.tenant then 'authority_id = (select auth.authority_id())' else 'true' end);
  end loop;
end $$;
create policy keeps_people on audit.sealer to improve_owner using (true);
