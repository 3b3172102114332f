-- Courses, their sessions, and who has a place. The counts that booking turns on live in the session's own row: one update of it decides,
-- in the order of commit, who has a place and who waits, and no booking is ever counted.
create schema cpd authorization improve_owner;
comment on schema cpd is 'Training: courses, sessions, bookings and waiting lists.';
grant usage on schema cpd to improve_exec;

set role improve_owner;

create table cpd.course (
  authority_id integer not null references auth.authority_scope,
  course_id text not null,
  title text not null,
  title_key text not null generated always as (lower(title)) stored,
  description text check (length(description) <= 4000),
  audience text check (length(audience) <= 500),
  version integer not null default 1,
  primary key (authority_id, course_id),
  constraint course_title_length check (length(title) between 1 and 200),
  constraint course_title_once unique (authority_id, title_key)
);
comment on table cpd.course is 'Tenant: a course that an authority runs (CPD-1).';
comment on column cpd.course.authority_id is 'The authority that runs it.';
comment on column cpd.course.course_id is 'Short random reference.';
comment on column cpd.course.title is 'Title as schools read it.';
comment on column cpd.course.title_key is 'The title in lower case: two courses may not differ by case alone.';
comment on column cpd.course.description is 'What it is about.';
comment on column cpd.course.audience is 'Whom it is for.';
comment on column cpd.course.version is 'Counts the updates.';
comment on constraint course_title_length on cpd.course is
  '{"reason":"TITLE_LENGTH","message":"A course needs a title of at most 200 characters.","field":"title","rule":"CPD-1","accepted":"1 to 200 characters"}';
comment on constraint course_title_once on cpd.course is
  '{"reason":"COURSE_EXISTS","message":"The authority has a course of this title.","field":"title","rule":"CPD-1"}';

-- Every booking updates its session's row: room in the page keeps the versions of a busy row together, out of the indexes.
create table cpd.session (
  authority_id integer not null references auth.authority_scope,
  session_id text not null,
  course_id text not null,
  status text not null default 'draft' check (status in ('draft', 'published')),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  venue text not null,
  capacity integer not null,
  waiting_places integer,
  booking_opens_at timestamptz not null default now(),
  booking_closes_at timestamptz not null,
  price_pence bigint not null default 0,
  confirmed_count integer not null default 0,
  waiting_count integer not null default 0 check (waiting_count >= 0),
  free_places integer not null generated always as (case when waiting_count > 0 then 0 else capacity - confirmed_count end) stored,
  next_ticket bigint not null default 1,
  version integer not null default 1,
  primary key (authority_id, session_id),
  foreign key (authority_id, course_id) references cpd.course,
  constraint session_ends_after_start check (ends_at > starts_at),
  constraint session_booking_period check (booking_closes_at > booking_opens_at),
  constraint session_booking_closes_by_the_end check (booking_closes_at <= ends_at),
  constraint session_venue_length check (length(venue) between 1 and 300),
  constraint session_capacity_range check (capacity between 1 and 10000),
  constraint session_waiting_places_range check (waiting_places between 0 and 100000),
  constraint session_price_range check (price_pence between 0 and 10000000),
  constraint session_never_oversold check (confirmed_count between 0 and capacity),
  constraint session_waiting_bounded check (waiting_count <= waiting_places)
) with (fillfactor = 30);
comment on table cpd.session is 'Tenant: a session of a course (CPD-1), with the counts of its places (CPD-3).';
comment on column cpd.session.authority_id is 'The authority that runs it.';
comment on column cpd.session.session_id is 'Short random reference.';
comment on column cpd.session.course_id is 'The course.';
comment on column cpd.session.status is 'draft, or published: only a published session is seen and booked by schools.';
comment on column cpd.session.starts_at is 'When it begins.';
comment on column cpd.session.ends_at is 'When it ends.';
comment on column cpd.session.venue is 'Where: an address or a link.';
comment on column cpd.session.capacity is 'Places.';
comment on column cpd.session.waiting_places is 'How many may wait; null for no limit.';
comment on column cpd.session.booking_opens_at is 'From then on it can be booked.';
comment on column cpd.session.booking_closes_at is 'From then on it cannot, and nobody is promoted.';
comment on column cpd.session.price_pence is 'Price of a place, net, in pence.';
comment on column cpd.session.confirmed_count is 'Confirmed bookings; moved only with the bookings, in one transaction.';
comment on column cpd.session.waiting_count is 'Waiting bookings; moved only with the bookings, in one transaction.';
comment on column cpd.session.free_places is 'Places that the next booking can have: none while anybody waits.';
comment on column cpd.session.next_ticket is 'Ticket of the next booking: the queue''s order.';
comment on column cpd.session.version is 'Counts the updates people make; bookings do not count.';
comment on constraint session_ends_after_start on cpd.session is
  '{"reason":"PERIOD_BACKWARDS","message":"A session must end after it begins.","field":"ends_at","rule":"CPD-1","accepted":"a time after starts_at"}';
comment on constraint session_booking_period on cpd.session is
  '{"reason":"PERIOD_BACKWARDS","message":"Booking must close after it opens.","field":"booking_closes_at","rule":"CPD-1","accepted":"a time after booking_opens_at"}';
comment on constraint session_booking_closes_by_the_end on cpd.session is
  '{"reason":"BOOKING_CLOSES_LATE","message":"Booking cannot stay open after the session.","field":"booking_closes_at","rule":"CPD-1","accepted":"a time up to ends_at"}';
comment on constraint session_venue_length on cpd.session is
  '{"reason":"VENUE_LENGTH","message":"A session needs a venue or a link.","field":"venue","rule":"CPD-1","accepted":"1 to 300 characters"}';
comment on constraint session_capacity_range on cpd.session is
  '{"reason":"CAPACITY_OUT_OF_RANGE","message":"A session has at least one place.","field":"capacity","rule":"CPD-1","accepted":"1 to 10000"}';
comment on constraint session_waiting_places_range on cpd.session is
  '{"reason":"WAITING_PLACES_OUT_OF_RANGE","message":"Waiting places cannot be fewer than none.","field":"waiting_places","rule":"CPD-1","accepted":"0 to 100000, or absent for no limit"}';
comment on constraint session_price_range on cpd.session is
  '{"reason":"PRICE_OUT_OF_RANGE","message":"A place costs nothing or some pence.","field":"price_pence","rule":"CPD-2","accepted":"0 to 10000000 pence"}';
comment on constraint session_never_oversold on cpd.session is
  '{"reason":"OVERSOLD","message":"The session has no room for that.","rule":"CPD-3","code":9}';
comment on constraint session_waiting_bounded on cpd.session is
  '{"reason":"SESSION_FULL","message":"The session and its waiting list are full.","rule":"CPD-3","code":9}';
create index session_by_start on cpd.session (authority_id, starts_at, session_id);

create table cpd.booking (
  authority_id integer not null references auth.authority_scope,
  booking_id text not null,
  session_id text not null,
  ticket bigint not null,
  school_urn integer not null references register.establishment (urn),
  status text not null check (status in ('confirmed', 'waiting', 'cancelled')),
  delegate_name text not null,
  delegate_email text,
  live_key text generated always as (case when status <> 'cancelled' then lower(coalesce(delegate_email, delegate_name)) end) stored,
  price_pence bigint not null check (price_pence >= 0),
  booked_by uuid not null references auth.person,
  booked_at timestamptz not null default now(),
  promoted_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text check (length(cancel_reason) between 1 and 500),
  version integer not null default 1,
  primary key (authority_id, booking_id),
  foreign key (authority_id, session_id) references cpd.session,
  check ((status = 'cancelled') = (cancelled_at is not null)),
  constraint booking_ticket_once unique (authority_id, session_id, ticket),
  constraint booking_delegate_once unique (authority_id, school_urn, session_id, live_key),
  constraint booking_delegate_name_length check (length(delegate_name) between 1 and 200),
  constraint booking_delegate_email_form check (delegate_email ~ '^[^@\s]+@[^@\s]+$' and length(delegate_email) <= 254)
) with (fillfactor = 90);
comment on table cpd.booking is 'Tenant: a place, or a wait for one, of a named delegate of a school (CPD-3).';
comment on column cpd.booking.authority_id is 'The authority that runs the session.';
comment on column cpd.booking.booking_id is 'Short random reference.';
comment on column cpd.booking.session_id is 'The session.';
comment on column cpd.booking.ticket is 'Order of commit within the session, from 1, never used again. A waiting booking''s position is its rank by ticket among those that wait.';
comment on column cpd.booking.school_urn is 'The school that books, by the URN it had then.';
comment on column cpd.booking.status is 'confirmed, waiting or cancelled.';
comment on column cpd.booking.delegate_name is 'Who comes.';
comment on column cpd.booking.delegate_email is 'Where they are written to.';
comment on column cpd.booking.live_key is 'What makes a delegate the same one, e-mail or else name; null once cancelled, so that they can be booked again.';
comment on column cpd.booking.price_pence is 'Net price in pence, fixed at booking (CPD-2).';
comment on column cpd.booking.booked_by is 'Who booked.';
comment on column cpd.booking.booked_at is 'When.';
comment on column cpd.booking.promoted_at is 'When it came from the waiting list to a place.';
comment on column cpd.booking.cancelled_at is 'When it was cancelled.';
comment on column cpd.booking.cancel_reason is 'Why it was cancelled.';
comment on column cpd.booking.version is 'Counts the updates.';
comment on constraint booking_delegate_once on cpd.booking is
  '{"reason":"DELEGATE_BOOKED","message":"The school has booked this delegate on the session already.","field":"delegates","rule":"CPD-3"}';
comment on constraint booking_delegate_name_length on cpd.booking is
  '{"reason":"NAME_LENGTH","message":"A delegate needs a name of at most 200 characters.","field":"delegates","rule":"CPD-3","accepted":"1 to 200 characters"}';
comment on constraint booking_delegate_email_form on cpd.booking is
  '{"reason":"EMAIL_FORM","message":"That is no e-mail address.","field":"delegates","rule":"CPD-3","accepted":"such as jo@school.example"}';

do $$
declare
  t regclass;
begin
  foreach t in array array['cpd.course', 'cpd.session', 'cpd.booking']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

-- The server adds courses, sessions and bookings, and publishes. It may not touch counts, tickets or the status of a booking: the functions of
-- sql/cpd/places.sql do, as the owner.
grant select, insert on cpd.course, cpd.booking to improve_exec;
grant select on cpd.session to improve_exec;
grant insert (authority_id, session_id, course_id, starts_at, ends_at, venue, capacity, waiting_places, booking_opens_at, booking_closes_at,
  price_pence) on cpd.session to improve_exec;
grant update (status, version) on cpd.session to improve_exec;
reset role;
