-- Sessions and bookings for SQL reporters.
set role reporting_owner;

create view reporting.cpd_session as
select lpad(s.authority_id::text, 3, '0')::varchar(3) as authority, s.session_id::varchar(20) as session_id, c.title::varchar(200) as course,
  s.status::varchar(20) as status, (s.starts_at at time zone 'Europe/London')::timestamp(0) as starts_uk_time,
  (s.ends_at at time zone 'Europe/London')::timestamp(0) as ends_uk_time, s.venue::varchar(300) as venue, s.capacity,
  s.confirmed_count as confirmed, s.waiting_count as waiting, s.capacity - s.confirmed_count as places_left, s.waiting_places,
  (s.price_pence / 100.0)::numeric(12, 2) as price_pounds, s.minimum
from cpd.session s
join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id;
comment on view reporting.cpd_session is 'Sessions of courses with their places (CPD-1, CPD-3).';
comment on column reporting.cpd_session.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_session.session_id is 'Reference of the session.';
comment on column reporting.cpd_session.course is 'Title of the course.';
comment on column reporting.cpd_session.status is 'draft, published or cancelled.';
comment on column reporting.cpd_session.starts_uk_time is 'When it begins, English local time.';
comment on column reporting.cpd_session.ends_uk_time is 'When it ends, English local time.';
comment on column reporting.cpd_session.venue is 'Where.';
comment on column reporting.cpd_session.capacity is 'Places.';
comment on column reporting.cpd_session.confirmed is 'Confirmed bookings.';
comment on column reporting.cpd_session.waiting is 'Waiting bookings.';
comment on column reporting.cpd_session.places_left is 'Places that are not taken.';
comment on column reporting.cpd_session.waiting_places is 'How many may wait; null for no limit.';
comment on column reporting.cpd_session.price_pounds is 'Net price of a place in pounds, for kinds of school whose price the course does not tell.';
comment on column reporting.cpd_session.minimum is 'Fewest delegates with whom it takes place; null for any number.';

create view reporting.cpd_booking as
select lpad(b.authority_id::text, 3, '0')::varchar(3) as authority, b.booking_id::varchar(20) as booking_id, b.session_id::varchar(20) as session_id,
  b.school_urn as urn, b.status::varchar(20) as status, (b.price_pence / 100.0)::numeric(12, 2) as price_pounds,
  (b.booked_at at time zone 'Europe/London')::timestamp(0) as booked_uk_time,
  (b.promoted_at at time zone 'Europe/London')::timestamp(0) as promoted_uk_time,
  (b.cancelled_at at time zone 'Europe/London')::timestamp(0) as cancelled_uk_time, b.cancel_reason::varchar(500) as cancel_reason,
  b.place_kind::varchar(10) as place_kind, b.vat_percent, (b.vat_pence / 100.0)::numeric(12, 2) as vat_pounds, (b.gross_pence / 100.0)::numeric(12, 2) as gross_pounds
from cpd.booking b;
comment on view reporting.cpd_booking is 'Bookings, without the names of delegates (CPD-3).';
comment on column reporting.cpd_booking.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_booking.booking_id is 'Reference of the booking.';
comment on column reporting.cpd_booking.session_id is 'Reference of the session.';
comment on column reporting.cpd_booking.urn is 'URN of the school, the one it had then.';
comment on column reporting.cpd_booking.status is 'confirmed, waiting or cancelled.';
comment on column reporting.cpd_booking.price_pounds is 'Net price in pounds, fixed at booking.';
comment on column reporting.cpd_booking.booked_uk_time is 'When it was booked, English local time.';
comment on column reporting.cpd_booking.promoted_uk_time is 'When it came from the waiting list to a place; null when it did not.';
comment on column reporting.cpd_booking.cancelled_uk_time is 'When it was cancelled; null when it was not.';
comment on column reporting.cpd_booking.cancel_reason is 'Why it was cancelled; null when it was not.';
comment on column reporting.cpd_booking.place_kind is 'paid, free, or package: free under a subscription.';
comment on column reporting.cpd_booking.vat_percent is 'VAT rate in per cent.';
comment on column reporting.cpd_booking.vat_pounds is 'VAT in pounds.';
comment on column reporting.cpd_booking.gross_pounds is 'Net and VAT in pounds.';

grant select on reporting.cpd_session, reporting.cpd_booking to reporting_reader;
