-- Bulletins for SQL reporters, without who wrote or read them (NOT-1).
set role reporting_owner;

create view reporting.bulletin as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.bulletin_id::varchar(20) as bulletin_id, x.number::varchar(40) as number,
  x.kind::varchar(20) as kind, x.title::varchar(300) as title, array_to_string(x.audience, ', ')::varchar(500) as audience,
  (x.published_at at time zone 'Europe/London')::timestamp(0) as published_uk_time,
  (x.withdrawn_at at time zone 'Europe/London')::timestamp(0) as withdrawn_uk_time, d.documents as documents, r.schools as schools_read
from bulletins.bulletin x
cross join lateral (select count(distinct y.title)::integer as documents from bulletins.document y where y.authority_id = x.authority_id and y.bulletin_id = x.bulletin_id) d
cross join lateral (select count(distinct y.school_urn)::integer as schools from bulletins.reading y where y.authority_id = x.authority_id and y.bulletin_id = x.bulletin_id) r;
comment on view reporting.bulletin is 'What the authority tells its schools (NOT-1).';
comment on column reporting.bulletin.authority is 'DfE code of the authority, three digits.';
comment on column reporting.bulletin.bulletin_id is 'Reference of the bulletin.';
comment on column reporting.bulletin.number is 'Its number, as the authority counts.';
comment on column reporting.bulletin.kind is 'information, action, consultation or event.';
comment on column reporting.bulletin.title is 'Title.';
comment on column reporting.bulletin.audience is 'For whom it is.';
comment on column reporting.bulletin.published_uk_time is 'When it was published, English local time; null for a draft.';
comment on column reporting.bulletin.withdrawn_uk_time is 'When it was withdrawn; null while it stands.';
comment on column reporting.bulletin.documents is 'Documents that it links to, each counted once.';
comment on column reporting.bulletin.schools_read is 'Schools that have read it.';

grant select on reporting.bulletin to reporting_reader;
