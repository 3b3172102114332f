-- Sessions and bookings for SQL reporters.

create view reporting.cpd_session with (security_invoker = true) as
select s.authority_id, base.authority_code(s.authority_id) as authority, s.session_id, c.title as course, s.status, s.starts_at, s.ends_at, s.venue,
  s.capacity, s.confirmed_count as confirmed, s.waiting_count as waiting, s.free_places as places_left, s.waiting_places, s.price_pence
from cpd.session s
join cpd.course c using (authority_id, course_id);
comment on view reporting.cpd_session is 'Sessions of courses with their places.';
comment on column reporting.cpd_session.authority_id is 'DfE number of the authority.';
comment on column reporting.cpd_session.authority is 'DfE code of the authority.';
comment on column reporting.cpd_session.session_id is 'Reference of the session.';
comment on column reporting.cpd_session.course is 'Title of the course.';
comment on column reporting.cpd_session.status is 'draft or published.';
comment on column reporting.cpd_session.starts_at is 'When it begins.';
comment on column reporting.cpd_session.ends_at is 'When it ends.';
comment on column reporting.cpd_session.venue is 'Where.';
comment on column reporting.cpd_session.capacity is 'Places.';
comment on column reporting.cpd_session.confirmed is 'Confirmed bookings.';
comment on column reporting.cpd_session.waiting is 'Waiting bookings.';
comment on column reporting.cpd_session.places_left is 'Places that can still be had.';
comment on column reporting.cpd_session.waiting_places is 'How many may wait; null for no limit.';
comment on column reporting.cpd_session.price_pence is 'Net price of a place in pence.';

create view reporting.cpd_booking with (security_invoker = true) as
select b.authority_id, base.authority_code(b.authority_id) as authority, b.booking_id, b.session_id, b.school_urn, b.status, b.price_pence,
  b.booked_at, b.promoted_at, b.cancelled_at, b.cancel_reason
from cpd.booking b;
comment on view reporting.cpd_booking is 'Bookings, without the names of delegates.';
comment on column reporting.cpd_booking.authority_id is 'DfE number of the authority.';
comment on column reporting.cpd_booking.authority is 'DfE code of the authority.';
comment on column reporting.cpd_booking.booking_id is 'Reference of the booking.';
comment on column reporting.cpd_booking.session_id is 'Reference of the session.';
comment on column reporting.cpd_booking.school_urn is 'URN of the school.';
comment on column reporting.cpd_booking.status is 'confirmed, waiting or cancelled.';
comment on column reporting.cpd_booking.price_pence is 'Net price in pence, fixed at booking.';
comment on column reporting.cpd_booking.booked_at is 'When it was booked.';
comment on column reporting.cpd_booking.promoted_at is 'When it came from the waiting list to a place.';
comment on column reporting.cpd_booking.cancelled_at is 'When it was cancelled.';
comment on column reporting.cpd_booking.cancel_reason is 'Why it was cancelled.';
