-- Joint reporters: a login that reads an authority other than the one it is named after does so under a named agreement, until a day.

alter table auth.reporter add column agreement text check (length(agreement) between 1 and 200), add column ends_on date;
comment on column auth.reporter.agreement is 'For a joint reporter: under which agreement it reads this authority''s rows; null for the authority''s own.';
comment on column auth.reporter.ends_on is 'Last day on which it reads them; null: open.';

-- Those that were made in SQL before there was a place for an agreement go on.
update auth.reporter r set agreement = 'not recorded' where r.role_name !~ format('^la_%s_', lpad(r.authority_id::text, 3, '0'));

alter table auth.reporter
  add constraint reporter_agreement_named check (substr(role_name, 4, 3) = lpad(authority_id::text, 3, '0') or agreement is not null),
  add constraint reporter_joint_dated check (substr(role_name, 4, 3) <> '000' or ends_on is not null);
comment on column auth.reporter.role_name is 'The login role: la_, the code of the authority that made it (000: the operator, for several), _ and the tool.';
comment on column auth.reporter.created_by is 'Who gave them; null when it was done in SQL.';
