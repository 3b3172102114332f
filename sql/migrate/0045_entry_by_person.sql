-- The sealer looks entries up by their key. While an authority has few, an index that begins with the authority is as good to PostgreSQL as the key,
-- and a plan made then was kept: each entry was looked for among all of the authority's.
set role improve_owner;

drop index audit.entry_by_person;
create index entry_by_person on audit.entry (person_id, authority_id, at);
