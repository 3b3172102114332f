-- The kinds of notice: what each tells, what differs from one to the next, and the text that goes out where an authority has not written its own.
-- To add one: a row here, and a call of notices.queue where it happens.

create view notices.kind with (security_invoker = true) as
select k.kind, k.tells, k.places || '{name,authority,reference}'::text[] as places, k.subject, btrim(k.body, E'\n') as body, k.example
from (values
  ('booking.confirmed', 'A place on a course is theirs.', '{course,session,when,ends,venue,school,price}'::text[],
    'Place confirmed: {{course}}, {{when}}', $$
Dear {{name}},

You have a place on {{course}}.

When:    {{when}} to {{ends}}
Where:   {{venue}}
School:  {{school}}
Price:   {{price}}
Booking: {{reference}}

The calendar entry that comes with this message keeps to the session: if it moves, you will be sent another.
If you cannot come, please have the booking cancelled or another name put on it as early as you can.

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00"}'::jsonb),
  ('booking.waiting', 'They wait for a place.', '{course,session,when,ends,venue,school,price}',
    'On the waiting list: {{course}}, {{when}}', $$
Dear {{name}},

{{course}} on {{when}} is full. You are on its waiting list, and will be told when a place is yours.

School:  {{school}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00"}'),
  ('booking.offered', 'A place is offered to them for a time.', '{course,session,when,ends,venue,school,price,until}',
    'A place is offered: {{course}}, {{when}}', $$
Dear {{name}},

A place on {{course}} is free, and yours if it is accepted by {{until}}. After that it is offered to the next who waits.

When:    {{when}} to {{ends}}
Where:   {{venue}}
School:  {{school}}
Price:   {{price}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00","until":"Monday 11 January 2027, 12:00"}'),
  ('booking.requested', 'A place is held for them until their school''s budget holder answers.', '{course,session,when,ends,venue,school,price,until}',
    'A place is held: {{course}}, {{when}}', $$
Dear {{name}},

A place on {{course}} is held for you. It is yours once your school's budget holder approves it, by {{until}}. Please do not come without a confirmation.

When:    {{when}} to {{ends}}
Where:   {{venue}}
School:  {{school}}
Price:   {{price}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00","until":"Monday 11 January 2027, 12:00"}'),
  ('booking.reminder', 'What they have a place on is near.', '{course,session,when,ends,venue,school,price}',
    'Reminder: {{course}}, {{when}}', $$
Dear {{name}},

This is to remind you of {{course}}.

When:    {{when}} to {{ends}}
Where:   {{venue}}
School:  {{school}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00"}'),
  ('booking.changed', 'Their session has another time or place, or their booking changed otherwise.', '{course,session,when,ends,venue,school,price,before}',
    'Changed: {{course}}, now {{when}}', $$
Dear {{name}},

{{course}} has changed. {{before}}

When:    {{when}} to {{ends}}
Where:   {{venue}}
School:  {{school}}
Booking: {{reference}}

The calendar entry that comes with this message takes the place of the earlier one.

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00","before":"It was to be on Tuesday 12 January 2027, 09:30."}'),
  ('booking.cancelled', 'Their booking, or the session, is cancelled.', '{course,session,when,ends,venue,school,price,reason}',
    'Cancelled: {{course}}, {{when}}', $$
Dear {{name}},

Your booking for {{course}} on {{when}} is cancelled.

Reason:  {{reason}}
School:  {{school}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00","reason":"Unwell"}'),
  ('booking.joining', 'How to get there or to join, what to bring.', '{course,session,when,ends,venue,school,price,instructions}',
    'Joining instructions: {{course}}, {{when}}', $$
Dear {{name}},

{{course}} is on {{when}} to {{ends}}.

Where: {{venue}}

{{instructions}}

School:  {{school}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00","instructions":"Parking is behind the building.\nPlease bring a laptop."}'),
  ('booking.certificate', 'They have attended, and have a certificate.', '{course,session,when,ends,venue,school,price,certificate,how}',
    'Certificate: {{course}}', $$
Dear {{name}},

Thank you for coming to {{course}} on {{when}}. Your certificate has the number {{certificate}}.

{{how}}

School:  {{school}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00","certificate":"ce-7k2q9mx4td","how":"Your school can print it."}'),
  ('booking.evaluation', 'They are asked what they make of it: before, on the day, and its impact later.', '{course,session,when,ends,venue,school,price,stage,question}',
    'What do you make of it? {{course}}, {{when}}', $$
Dear {{name}},

This is about {{course}}, {{when}}.

{{question}}

Please give your answer, and a few words if you like, to whoever books training for your school, who enters it:
improve evaluation record {{reference}} {{stage}}

School:  {{school}}
Booking: {{reference}}

{{authority}}
$$, '{"course":"Phonics in Year 1","session":"se-7k2q9mx4td","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","venue":"County Hall","school":"Ash Primary School","price":"£45.00","stage":"before","question":"Before you come: how confident are you in its subject, from 1 to 5?"}'),
  ('visit.planned', 'A partner has a visit planned.', '{purpose,mode,when,ends,place,school}',
    'Visit planned: {{school}}, {{when}}', $$
Dear {{name}},

A visit to {{school}} is planned for you.

When:    {{when}} to {{ends}}
Where:   {{place}}
Purpose: {{purpose}}, {{mode}}
Visit:   {{reference}}

{{authority}}
$$, '{"purpose":"core","mode":"in person","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","place":"Ash Primary School","school":"Ash Primary School"}'),
  ('visit.moved', 'A partner''s visit has another time.', '{purpose,mode,when,ends,place,school}',
    'Visit moved: {{school}}, now {{when}}', $$
Dear {{name}},

Your visit to {{school}} has another time. The calendar entry that comes with this message takes the place of the earlier one.

When:    {{when}} to {{ends}}
Where:   {{place}}
Purpose: {{purpose}}, {{mode}}
Visit:   {{reference}}

{{authority}}
$$, '{"purpose":"core","mode":"in person","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","place":"Ash Primary School","school":"Ash Primary School"}'),
  ('visit.cancelled', 'A partner''s visit is cancelled.', '{purpose,mode,when,ends,place,school,reason}',
    'Visit cancelled: {{school}}, {{when}}', $$
Dear {{name}},

Your visit to {{school}} on {{when}} is cancelled.

Reason:  {{reason}}
Visit:   {{reference}}

{{authority}}
$$, '{"purpose":"core","mode":"in person","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","place":"Ash Primary School","school":"Ash Primary School","reason":"Staff training"}'),
  ('visit.reminder', 'A partner''s visit is near.', '{purpose,mode,when,ends,place,school}',
    'Reminder: visit to {{school}}, {{when}}', $$
Dear {{name}},

This is to remind you of your visit to {{school}}.

When:    {{when}} to {{ends}}
Where:   {{place}}
Purpose: {{purpose}}, {{mode}}
Visit:   {{reference}}

{{authority}}
$$, '{"purpose":"core","mode":"in person","when":"Wednesday 13 January 2027, 09:30","ends":"12:30","place":"Ash Primary School","school":"Ash Primary School"}'),
  ('notice.test', 'Whoever sets notices up tries them.', '{}',
    'Test message of {{authority}}', $$
Dear {{name}},

This is a test. If you can read it, notices of {{authority}} arrive.
$$, '{}')
) k (kind, tells, places, subject, body, example);
comment on view notices.kind is 'The kinds of notice and the program''s own texts. In every text {{name}} is whom it is to, {{authority}} who writes, {{reference}} what it is about.';
comment on column notices.kind.kind is 'Kind: what it is about, and what happened.';
comment on column notices.kind.tells is 'What it tells.';
comment on column notices.kind.places is 'The {{places}} that a text of this kind may have.';
comment on column notices.kind.subject is 'The program''s own subject.';
comment on column notices.kind.body is 'The program''s own text.';
comment on column notices.kind.example is 'What could stand in the places.';
grant select on notices.kind to improve_exec;
