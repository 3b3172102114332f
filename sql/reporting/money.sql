-- Charges, documents and payments for SQL reporters.
set role reporting_owner;

create view reporting.charge as
select lpad(c.authority_id::text, 3, '0')::varchar(3) as authority, c.charge_id::varchar(20) as charge_id, c.school_urn as urn, c.kind::varchar(20) as kind,
  c.cause::varchar(60) as cause, c.cause_ref::varchar(60) as cause_ref, c.what::varchar(300) as what, c.charged_on,
  (c.net_pence / 100.0)::numeric(12, 2) as net_pounds, c.vat_percent, (c.vat_pence / 100.0)::numeric(12, 2) as vat_pounds,
  (c.gross_pence / 100.0)::numeric(12, 2) as gross_pounds, c.credits::varchar(20) as credits, c.credit_reason::varchar(500) as credit_reason,
  c.document_id::varchar(20) as document_id
from money.charge c;
comment on view reporting.charge is 'What schools were charged and credited, by cause (MON-1).';
comment on column reporting.charge.authority is 'DfE code of the authority, three digits.';
comment on column reporting.charge.charge_id is 'Reference of the charge or credit.';
comment on column reporting.charge.urn is 'URN of the school, the one it had then.';
comment on column reporting.charge.kind is 'invoice, or recharge for a maintained school.';
comment on column reporting.charge.cause is 'Kind of thing that caused it.';
comment on column reporting.charge.cause_ref is 'Reference of what caused it.';
comment on column reporting.charge.what is 'What it is for.';
comment on column reporting.charge.charged_on is 'Day in whose accounts it stands.';
comment on column reporting.charge.net_pounds is 'Net, in pounds; below zero for a credit.';
comment on column reporting.charge.vat_percent is 'VAT rate in per cent.';
comment on column reporting.charge.vat_pounds is 'VAT, in pounds.';
comment on column reporting.charge.gross_pounds is 'Gross, in pounds.';
comment on column reporting.charge.credits is 'The charge that it credits; null for a charge.';
comment on column reporting.charge.credit_reason is 'Why it was credited; null for a charge.';
comment on column reporting.charge.document_id is 'Reference of the document that asks for it; null while open.';

create view reporting.billing_document as
select lpad(d.authority_id::text, 3, '0')::varchar(3) as authority, d.document_id::varchar(20) as document_id, d.kind::varchar(20) as kind, d.number,
  d.school_urn as urn, d.billed_to::varchar(300) as billed_to, d.issued_on, d.due_on, (d.net_pence / 100.0)::numeric(12, 2) as net_pounds,
  (d.vat_pence / 100.0)::numeric(12, 2) as vat_pounds, (d.gross_pence / 100.0)::numeric(12, 2) as gross_pounds,
  (d.paid_pence / 100.0)::numeric(12, 2) as paid_pounds, (select max(p.paid_on) from money.payment p
    where p.authority_id = d.authority_id and p.document_id = d.document_id) as last_paid_on
from money.document d;
comment on view reporting.billing_document is 'Invoices, recharges and credit notes, with what was paid of them (MON-1).';
comment on column reporting.billing_document.authority is 'DfE code of the authority, three digits.';
comment on column reporting.billing_document.document_id is 'Reference of the document.';
comment on column reporting.billing_document.kind is 'invoice, recharge or credit_note.';
comment on column reporting.billing_document.number is 'Number of its kind.';
comment on column reporting.billing_document.urn is 'URN of the school.';
comment on column reporting.billing_document.billed_to is 'Name of the school when it was issued.';
comment on column reporting.billing_document.issued_on is 'Day of issue.';
comment on column reporting.billing_document.due_on is 'Day by which it is to be paid.';
comment on column reporting.billing_document.net_pounds is 'Net, in pounds.';
comment on column reporting.billing_document.vat_pounds is 'VAT, in pounds.';
comment on column reporting.billing_document.gross_pounds is 'Gross, in pounds.';
comment on column reporting.billing_document.paid_pounds is 'Paid, in pounds.';
comment on column reporting.billing_document.last_paid_on is 'Day of the last payment; null before the first.';
grant select on reporting.charge, reporting.billing_document to reporting_reader;
reset role;
