-- Which column of which file is what to us. Headers are matched without regard to case and to runs of blanks (SCH-2): files of one kind have
-- from 33 to 140 columns, and one name of Ofsted's has a double blank. To take in a new column: a row here, and the register's own column.

create function imports.header_key(p_name text) returns text
language sql immutable parallel safe as $$
  select lower(btrim(regexp_replace(replace(replace(p_name, U&'\FEFF', ''), U&'\00A0', ' '), '\s+', ' ', 'g')))
$$;
comment on function imports.header_key is 'imports.header_key writes a column''s name as it is compared: small letters, single blanks, no byte order mark.';

create view imports.known_column with (security_invoker = true) as
-- Of two names for one field the first that the header has is taken: rank.
select k.kind, k.field, imports.header_key(k.header) as header_key, k.header, k.required, k.holds,
  row_number() over (partition by k.kind, k.field order by k.rank) as rank
from (values
  ('schools', 'urn', 'URN', true, 'urn', 1),
  ('schools', 'authority_id', 'LA (code)', true, 'authority', 1),
  ('schools', 'la_name', 'LA (name)', false, 'text', 1),
  ('schools', 'establishment_number', 'EstablishmentNumber', false, 'text', 1),
  ('schools', 'name', 'EstablishmentName', true, 'text', 1),
  ('schools', 'status', 'EstablishmentStatus (name)', true, 'text', 1),
  ('schools', 'type', 'TypeOfEstablishment (name)', false, 'text', 1),
  ('schools', 'type_group', 'EstablishmentTypeGroup (name)', false, 'text', 1),
  ('schools', 'phase', 'PhaseOfEducation (name)', false, 'text', 1),
  ('schools', 'low_age', 'StatutoryLowAge', false, 'number', 1),
  ('schools', 'high_age', 'StatutoryHighAge', false, 'number', 1),
  ('schools', 'open_date', 'OpenDate', false, 'date', 1),
  ('schools', 'close_date', 'CloseDate', false, 'date', 1),
  ('schools', 'open_reason', 'ReasonEstablishmentOpened (name)', false, 'text', 1),
  ('schools', 'close_reason', 'ReasonEstablishmentClosed (name)', false, 'text', 1),
  ('schools', 'sixth_form', 'OfficialSixthForm (name)', false, 'text', 1),
  ('schools', 'gender', 'Gender (name)', false, 'text', 1),
  ('schools', 'religious_character', 'ReligiousCharacter (name)', false, 'text', 1),
  ('schools', 'admissions_policy', 'AdmissionsPolicy (name)', false, 'text', 1),
  ('schools', 'capacity', 'SchoolCapacity', false, 'number', 1),
  ('schools', 'census_date', 'CensusDate', false, 'date', 1),
  ('schools', 'number_on_roll', 'NumberOfPupils', false, 'number', 1),
  ('schools', 'fsm', 'FSM', false, 'number', 1),
  ('schools', 'trust', 'Trusts (name)', false, 'text', 1),
  ('schools', 'sponsor', 'SchoolSponsors (name)', false, 'text', 1),
  ('schools', 'federation', 'Federations (name)', false, 'text', 1),
  ('schools', 'ukprn', 'UKPRN', false, 'text', 1),
  ('schools', 'street', 'Street', false, 'text', 1),
  ('schools', 'locality', 'Locality', false, 'text', 1),
  ('schools', 'address3', 'Address3', false, 'text', 1),
  ('schools', 'town', 'Town', false, 'text', 1),
  ('schools', 'county', 'County (name)', false, 'text', 1),
  ('schools', 'postcode', 'Postcode', false, 'text', 1),
  ('schools', 'website', 'SchoolWebsite', false, 'text', 1),
  ('schools', 'region', 'GOR (name)', false, 'text', 1),
  ('schools', 'district', 'DistrictAdministrative (name)', false, 'text', 1),
  ('schools', 'ward', 'AdministrativeWard (name)', false, 'text', 1),
  ('schools', 'constituency', 'ParliamentaryConstituency (name)', false, 'text', 1),
  ('schools', 'easting', 'Easting', false, 'number', 1),
  ('schools', 'northing', 'Northing', false, 'number', 1),
  ('links', 'urn', 'URN', true, 'urn', 1),
  ('links', 'linked_urn', 'LinkURN', true, 'urn', 1),
  ('links', 'link_type', 'LinkType', true, 'text', 1),
  ('links', 'linked_name', 'LinkName', false, 'text', 1),
  ('links', 'established_on', 'LinkEstablishedDate', false, 'date', 1),
  -- A groups file describes groups, a group links file says who belongs to them: one kind, told apart by whether it has URNs.
  ('groups', 'group_uid', 'Group UID', true, 'number', 1),
  ('groups', 'group_id', 'Group ID', false, 'text', 1),
  ('groups', 'name', 'Group Name', true, 'text', 1),
  ('groups', 'type', 'Group Type', true, 'text', 1),
  ('groups', 'status', 'Group Status', false, 'text', 1),
  ('groups', 'companies_house_number', 'Companies House Number', false, 'text', 1),
  ('groups', 'group_ukprn', 'UKPRN', false, 'text', 1),
  ('groups', 'opened_on', 'Open date', false, 'date', 1),
  ('groups', 'opened_on', 'Incorporated on (open date)', false, 'date', 2),
  ('groups', 'closed_on', 'Closed Date', false, 'date', 1),
  ('groups', 'urn', 'URN', false, 'urn', 1),
  ('groups', 'joined_on', 'Joined date', false, 'date', 1),
  ('groups', 'left_on', 'Date left', false, 'date', 1),
  ('groups', 'authority_id', 'LA (code)', false, 'authority', 1)
) k (kind, field, header, required, holds, rank)
union all
select 'inspections', o.field, imports.header_key(o.header), o.header, o.required, o.holds,
  row_number() over (partition by o.field order by o.rank)
from imports.ofsted_column o;
comment on view imports.known_column is 'Every column that an import knows: the header it stands under, and what it is to us.';
comment on column imports.known_column.kind is 'Kind of import.';
comment on column imports.known_column.field is 'Our name.';
comment on column imports.known_column.header_key is 'Its header, as compared.';
comment on column imports.known_column.header is 'Its header, as people know it.';
comment on column imports.known_column.required is 'Whether a file without it is refused.';
comment on column imports.known_column.holds is 'text, number, date, urn or authority.';
comment on column imports.known_column.rank is 'Among several headers for one field, which is preferred.';
grant select on imports.known_column to improve_exec;
grant execute on function imports.header_key to improve_exec;
