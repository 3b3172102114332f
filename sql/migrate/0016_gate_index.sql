-- The gate reads a person's memberships with every call: from the index alone, and not by way of the exclusion constraint's GiST index, whose
-- scan costs three times as much and which the planner took because it is smaller.
create index membership_for_gate on auth.membership (person_id, authority_id) include (persona, school_urn, starts_on, ends_on)
  where revoked_at is null;
comment on index auth.membership_for_gate is 'What auth.begin_call reads of memberships, in the index alone.';
drop index auth.membership_by_person;
