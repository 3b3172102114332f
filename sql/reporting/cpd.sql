-- Sessions and bookings for SQL reporters.
set role reporting_owner;

create view reporting.cpd_session as
select lpad(s.authority_id::text, 3, '0')::varchar(3) as authority, s.session_id::varchar(20) as session_id, c.title::varchar(200) as course,
  s.status::varchar(20) as status, (s.starts_at at time zone 'Europe/London')::timestamp(0) as starts_uk_time,
  (s.ends_at at time zone 'Europe/London')::timestamp(0) as ends_uk_time, s.venue::varchar(300) as venue, s.capacity,
  s.confirmed_count as confirmed, s.waiting_count as waiting, s.capacity - s.confirmed_count - s.held_count as places_left, s.waiting_places,
  (s.price_pence / 100.0)::numeric(12, 2) as price_pounds, s.minimum, s.held_count as held,
  (s.cancelled_at at time zone 'Europe/London')::timestamp(0) as cancelled_uk_time, s.cancel_reason::varchar(500) as cancel_reason
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
comment on column reporting.cpd_session.places_left is 'Places that nobody has or is offered.';
comment on column reporting.cpd_session.waiting_places is 'How many may wait; null for no limit.';
comment on column reporting.cpd_session.price_pounds is 'Net price of a place in pounds, for kinds of school whose price the course does not tell.';
comment on column reporting.cpd_session.held is 'Places that are offered or await approval.';
comment on column reporting.cpd_session.cancelled_uk_time is 'When the organiser cancelled it, English local time; null while it is to take place.';
comment on column reporting.cpd_session.cancel_reason is 'Why the organiser cancelled it.';
comment on column reporting.cpd_session.minimum is 'Fewest delegates with whom it takes place; null for any number.';

create view reporting.cpd_booking as
select lpad(b.authority_id::text, 3, '0')::varchar(3) as authority, b.booking_id::varchar(20) as booking_id, b.session_id::varchar(20) as session_id,
  b.school_urn as urn, b.status::varchar(20) as status, (b.price_pence / 100.0)::numeric(12, 2) as price_pounds,
  (b.booked_at at time zone 'Europe/London')::timestamp(0) as booked_uk_time,
  (b.promoted_at at time zone 'Europe/London')::timestamp(0) as promoted_uk_time,
  (b.cancelled_at at time zone 'Europe/London')::timestamp(0) as cancelled_uk_time, b.cancel_reason::varchar(500) as cancel_reason,
  b.place_kind::varchar(10) as place_kind, b.vat_percent, (b.vat_pence / 100.0)::numeric(12, 2) as vat_pounds, (b.gross_pence / 100.0)::numeric(12, 2) as gross_pounds,
  b.ended_as::varchar(20) as ended_as, (b.respond_by at time zone 'Europe/London')::timestamp(0) as answer_by_uk_time, case when b.together then 'Yes' else 'No' end::varchar(3) as one_of_a_group,
  b.attended::varchar(10) as attended
from cpd.booking b;
comment on view reporting.cpd_booking is 'Bookings, without the names of delegates (CPD-3).';
comment on column reporting.cpd_booking.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_booking.booking_id is 'Reference of the booking.';
comment on column reporting.cpd_booking.session_id is 'Reference of the session.';
comment on column reporting.cpd_booking.urn is 'URN of the school, the one it had then.';
comment on column reporting.cpd_booking.status is 'requested, waiting, offered, confirmed or cancelled.';
comment on column reporting.cpd_booking.price_pounds is 'Net price in pounds, fixed at booking.';
comment on column reporting.cpd_booking.booked_uk_time is 'When it was booked, English local time.';
comment on column reporting.cpd_booking.promoted_uk_time is 'When it came from the waiting list to a place; null when it did not.';
comment on column reporting.cpd_booking.cancelled_uk_time is 'When it was cancelled; null when it was not.';
comment on column reporting.cpd_booking.cancel_reason is 'Why it was cancelled; null when it was not.';
comment on column reporting.cpd_booking.place_kind is 'paid, free, or package: free under a subscription.';
comment on column reporting.cpd_booking.vat_percent is 'VAT rate in per cent.';
comment on column reporting.cpd_booking.vat_pounds is 'VAT in pounds.';
comment on column reporting.cpd_booking.gross_pounds is 'Net and VAT in pounds.';
comment on column reporting.cpd_booking.ended_as is 'cancelled, refused, declined, lapsed or session_cancelled; null while it lives.';
comment on column reporting.cpd_booking.answer_by_uk_time is 'By when an offer or a request must be answered, English local time; null when none is.';
comment on column reporting.cpd_booking.one_of_a_group is 'Whether it is placed with the others of its order, all or none.';
comment on column reporting.cpd_booking.attended is 'attended, part or absent over all dates; null until each is marked.';

create view reporting.cpd_attendance as
select lpad(a.authority_id::text, 3, '0')::varchar(3) as authority, b.session_id::varchar(20) as session_id, a.booking_id::varchar(20) as booking_id, b.school_urn as urn, a.nth as date_number,
  a.mark::varchar(10) as mark
from cpd.attendance a
join cpd.booking b on b.authority_id = a.authority_id and b.booking_id = a.booking_id;
comment on view reporting.cpd_attendance is 'Who came to each date of a session, without the names of delegates (CPD-9).';
comment on column reporting.cpd_attendance.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_attendance.session_id is 'Reference of the session.';
comment on column reporting.cpd_attendance.booking_id is 'Reference of the booking.';
comment on column reporting.cpd_attendance.urn is 'URN of the school, the one it had then.';
comment on column reporting.cpd_attendance.date_number is 'Which of the session''s dates.';
comment on column reporting.cpd_attendance.mark is 'attended, part or absent.';

create view reporting.cpd_evaluation as
select lpad(e.authority_id::text, 3, '0')::varchar(3) as authority, b.session_id::varchar(20) as session_id, e.booking_id::varchar(20) as booking_id, b.school_urn as urn, e.stage::varchar(10) as stage,
  e.confidence, e.rating
from cpd.evaluation e
join cpd.booking b on b.authority_id = e.authority_id and b.booking_id = e.booking_id;
comment on view reporting.cpd_evaluation is 'What delegates made of sessions in three stages, in figures, without their names and words (CPD-9).';
comment on column reporting.cpd_evaluation.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_evaluation.session_id is 'Reference of the session.';
comment on column reporting.cpd_evaluation.booking_id is 'Reference of the booking.';
comment on column reporting.cpd_evaluation.urn is 'URN of the school, the one it had then.';
comment on column reporting.cpd_evaluation.stage is 'before, day or impact.';
comment on column reporting.cpd_evaluation.confidence is 'Confidence in the subject, 1 to 5.';
comment on column reporting.cpd_evaluation.rating is 'On the day how good it was, of its impact what difference it made, 1 to 5; null before.';

create view reporting.cpd_certificate as
select lpad(k.authority_id::text, 3, '0')::varchar(3) as authority, k.certificate_id::varchar(20) as certificate_id, k.booking_id::varchar(20) as booking_id, b.session_id::varchar(20) as session_id,
  b.school_urn as urn, k.course::varchar(200) as course, k.minutes, k.issued_on, k.withdrawn_on
from cpd.certificate k
join cpd.booking b on b.authority_id = k.authority_id and b.booking_id = k.booking_id;
comment on view reporting.cpd_certificate is 'Certificates of attendance, without the names of delegates (CPD-9).';
comment on column reporting.cpd_certificate.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_certificate.certificate_id is 'Its number.';
comment on column reporting.cpd_certificate.booking_id is 'Reference of the booking.';
comment on column reporting.cpd_certificate.session_id is 'Reference of the session.';
comment on column reporting.cpd_certificate.urn is 'URN of the school, the one it had then.';
comment on column reporting.cpd_certificate.course is 'Title of the course then.';
comment on column reporting.cpd_certificate.minutes is 'How long it was, in minutes.';
comment on column reporting.cpd_certificate.issued_on is 'Day of issue.';
comment on column reporting.cpd_certificate.withdrawn_on is 'When it ceased to hold; null while it holds.';

create view reporting.cpd_need as
select lpad(n.authority_id::text, 3, '0')::varchar(3) as authority, n.need_id::varchar(20) as need_id, n.school_urn as urn, n.academic_year, n.topic::varchar(60) as topic, n.people, n.priority,
  case when n.withdrawn_at is null then 'Yes' else 'No' end::varchar(3) as stands
from cpd.need n;
comment on view reporting.cpd_need is 'What schools say they need training in (CPD-10).';
comment on column reporting.cpd_need.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_need.need_id is 'Reference of the need.';
comment on column reporting.cpd_need.urn is 'URN of the school.';
comment on column reporting.cpd_need.academic_year is 'Academic year, by the year in which it begins.';
comment on column reporting.cpd_need.topic is 'What in.';
comment on column reporting.cpd_need.people is 'How many are to be trained.';
comment on column reporting.cpd_need.priority is '1, the most pressing, to 3.';
comment on column reporting.cpd_need.stands is 'Yes, or No when it was taken back.';

create view reporting.cpd_charge as
select lpad(c.authority_id::text, 3, '0')::varchar(3) as authority, c.charge_id::varchar(20) as charge_id, c.booking_id::varchar(20) as booking_id, b.session_id::varchar(20) as session_id,
  b.school_urn as urn, c.cause::varchar(20) as cause, c.charged_on, c.notice_days, (c.net_pence / 100.0)::numeric(12, 2) as net_pounds, (c.vat_pence / 100.0)::numeric(12, 2) as vat_pounds,
  (c.gross_pence / 100.0)::numeric(12, 2) as gross_pounds, (c.waived_at at time zone 'Europe/London')::timestamp(0) as waived_uk_time, c.waive_reason::varchar(20) as waive_reason
from cpd.charge c
join cpd.booking b on b.authority_id = c.authority_id and b.booking_id = c.booking_id;
comment on view reporting.cpd_charge is 'What cancelling, staying away and substitutes cost, with waivers (CPD-6, CPD-7).';
comment on column reporting.cpd_charge.authority is 'DfE code of the authority, three digits.';
comment on column reporting.cpd_charge.charge_id is 'Reference of the charge.';
comment on column reporting.cpd_charge.booking_id is 'Reference of the booking.';
comment on column reporting.cpd_charge.session_id is 'Reference of the session.';
comment on column reporting.cpd_charge.urn is 'URN of the school, the one it had then.';
comment on column reporting.cpd_charge.cause is 'cancellation, absence or substitution.';
comment on column reporting.cpd_charge.charged_on is 'Day of it.';
comment on column reporting.cpd_charge.notice_days is 'Days of notice that were given, up to the longest that a band asks for; null where none is asked.';
comment on column reporting.cpd_charge.net_pounds is 'Net, in pounds.';
comment on column reporting.cpd_charge.vat_pounds is 'VAT, in pounds.';
comment on column reporting.cpd_charge.gross_pounds is 'Net and VAT, in pounds.';
comment on column reporting.cpd_charge.waived_uk_time is 'When it was waived, English local time; null while it is due.';
comment on column reporting.cpd_charge.waive_reason is 'Why it was waived.';

grant select on reporting.cpd_session, reporting.cpd_booking, reporting.cpd_attendance, reporting.cpd_evaluation, reporting.cpd_certificate, reporting.cpd_need, reporting.cpd_charge to reporting_reader;
