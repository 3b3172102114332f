-- Bookings draw on the credits and places of their schools (SLA-7, CPD-2): what a course costs in them, what a booking drew, and what is given back of it.
set role improve_owner;

alter table cpd.course
  add column credits integer,
  add column takes_places boolean not null default true,
  add constraint course_credits_range check (credits between 1 and 1000);
comment on column cpd.course.credits is 'CPD credits that a place costs, instead of money; null: credits are not taken.';
comment on column cpd.course.takes_places is 'Whether the places of packages are taken for it.';
comment on constraint course_credits_range on cpd.course is
  '{"reason":"CREDITS_OUT_OF_RANGE","message":"A place costs some credits, or none are taken.","field":"credits","rule":"SLA-7","accepted":"1 to 1000, or 0 to take none"}';

alter table cpd.booking add column reservation_id text;
comment on column cpd.booking.reservation_id is 'What it drew of its school''s credits or places, in the ledger sla.allowance_entry; null for nothing.';
create index booking_drawn on cpd.booking (authority_id, reservation_id) where reservation_id is not null;

-- What was used may be given back, as when the organiser cancels what somebody had cancelled late. Of one reservation a part may be used and the rest released.
alter table sla.allowance_entry
  drop constraint allowance_entry_kind_check,
  drop constraint allowance_entry_reserves,
  drop constraint allowance_entry_sign,
  add constraint allowance_entry_kind_check check (kind in ('granted', 'adjusted', 'reserved', 'released', 'used', 'returned', 'lapsed', 'moved')),
  add constraint allowance_entry_reserves check ((kind in ('reserved', 'released', 'used', 'returned')) = (reservation_id is not null)),
  add constraint allowance_entry_sign check (case kind
    when 'granted' then left_units > 0 and reserved_units = 0
    when 'reserved' then left_units < 0 and reserved_units = -left_units
    when 'released' then left_units > 0 and reserved_units = -left_units
    when 'used' then left_units = 0 and reserved_units < 0
    when 'returned' then left_units > 0 and reserved_units = 0
    when 'lapsed' then left_units < 0 and reserved_units = 0
    else left_units <> 0 and reserved_units = 0 end);
comment on table sla.allowance_entry is 'Tenant: the ledger of CPD credits and places, append-only (SLA-7): granted, adjusted, reserved, released, used, returned, lapsed, moved.';
comment on column sla.allowance_entry.kind is 'granted, adjusted, reserved, released, used, returned (used, and given back), lapsed or moved.';
drop index sla.allowance_entry_settled_once;
create unique index allowance_entry_settled_once on sla.allowance_entry (authority_id, reservation_id, kind) where kind in ('released', 'used', 'returned');
create index allowance_entry_by_reservation on sla.allowance_entry (authority_id, reservation_id) where reservation_id is not null;

grant update (credits, takes_places) on cpd.course to improve_exec;
reset role;
