-- The outbox: off unless an authority turns it on; written with what it tells; taken, sent and marked; dead letters; who may see it.
begin;
\ir ../support/sql/schools.sql
select plan(72);
select test.schools(929, 100001, 2, 'Primary');
select test.schools(926, 200001, 1, 'Primary');
create function pg_temp.queue(p_about text, p_address text, p_name text default 'Jo Field', p_once text default null) returns text language sql as $$
  select notices.queue('booking.waiting', p_about, p_name, p_address, '{"course":"Phonics","when":"Monday"}', p_once_key => p_once)
$$;

-- Off, as at first.
select test.call_as(929, 'la_admin');
select results_eq('select sending, sender, sender_name, reminder_days, own, version from notices.get_notice_policy()',
  $$ values (false, null::text, 'Authority 929', '[2, 10]'::jsonb, false, 0) $$, 'off at first');
select is(pg_temp.queue('bk-1', 'jo@a.example'), null, 'then nothing is written');
select throws_ok($$ select * from notices.send_test_notice('jo@a.example') $$, 'IM009', 'The authority''s notices are off.', 'nor tried');
select throws_ok($$ select * from notices.run_reminders() $$, 'IM009', null, 'nor is anybody reminded');
select throws_ok($$ select * from notices.set_notice_policy(0, true, null, null, null, null, null) $$, '23514', null, 'on needs a sender');
select throws_ok($$ select * from notices.set_notice_policy(0, true, 'us@x.example' || chr(10) || 'Bcc: all@x.example', null, null, null, null) $$, '23514', null,
  'whose address is one');
select throws_ok($$ select * from notices.set_notice_policy(0, true, 'us@x.example', 'Us' || chr(13) || chr(10) || 'Bcc: all@x.example', null, null, null) $$, '23514',
  null, 'and whose name is one line');
select throws_ok($$ select * from notices.set_notice_policy(0, true, 'us@x.example', null, 'me, you@x.example', null, null) $$, '23514', null,
  'so is the address for answers');
select throws_ok($$ select * from notices.set_notice_policy(0, true, 'us@x.example', null, null, '[0]', null) $$, '23514', null, 'reminders come before');
select throws_ok($$ select * from notices.set_notice_policy(0, true, 'us@x.example', null, null, '[1,2,3,4,5,6]', null) $$, '23514', null, 'five at most');
select throws_ok($$ select * from notices.set_notice_policy(1, true, 'us@x.example', null, null, null, null) $$, 'IM010', null, 'a stale version');
select results_eq($$ select sending, sender, reminder_days, own, version from notices.set_notice_policy(0, true, 'us@x.example', null, null, '[5,1,5]', null) $$,
  $$ values (true, 'us@x.example', '[1, 5]'::jsonb, true, 1) $$, 'turned on');
select results_eq($$ select reminder_days, sender_name, version from notices.set_notice_policy(1, null, null, ' ', null, null, true) $$,
  $$ values ('[]'::jsonb, null::text, 2) $$, 'changed in part: nobody is reminded, the sender has no name');
select throws_ok($$ select * from notices.set_notice_policy(1, false, null, null, null, null, null) $$, 'IM010', null, 'a version that was overtaken');
select ok(not has_function_privilege('persona_officer', to_regproc('notices.set_notice_policy'), 'execute'), 'it is the administrator''s decision');

-- Written.
create temporary table one as select pg_temp.queue('bk-1', 'jo@a.example') as id;
select results_eq('select kind, about, recipient, address, status, attempts, due_at = now(), version from one, notices.list_notices(null, null, null, null, null)',
  $$ values ('booking.waiting', 'bk-1', 'Jo Field', 'jo@a.example', 'waiting', 0, true, 1) $$, 'a notice waits');
select results_eq($$ select subject, split_part(body, E'\n', 1), body like '%Booking: bk-1%', right(body, 13), template_version, message_id from one, notices.get_notice(one.id) $$,
  $$ select 'On the waiting list: Phonics, Monday', 'Dear Jo Field,', true, 'Authority 929', 0, '<' || id || '.929@x.example>' from one $$, 'its text is written out, its Message-ID fixed');
select is(pg_temp.queue('bk-1', null), null, 'who has no address is not written to');
select is(pg_temp.queue('bk-1', ' '), null, 'nor with an empty one');
select isnt(pg_temp.queue('bk-2', 'jo@a.example', 'Jo', 'reminder 1'), null, 'what there is one of');
select is(pg_temp.queue('bk-2', 'jo@a.example', 'Jo', 'reminder 1'), null, 'is written once');
select throws_ok($$ select notices.queue('booking.unknown', 'bk-1', 'Jo', 'jo@a.example', '{}') $$, 'P0002', null, 'of a kind that there is');

-- What people are called cannot change the shape of a mail.
create temporary table nasty as select pg_temp.queue('bk-3', 'jo@a.example', E'Jo\r\nBcc: all@x.example\n\nPay here: \u202Egnp {{reference}}') as id;
select results_eq('select g.recipient, g.body like ''Dear Jo Bcc: all@x.example Pay here: gnp {{reference}},%'' from nasty, notices.get_notice(nasty.id) g',
  $$ values ('Jo Bcc: all@x.example Pay here: gnp {{reference}}', true) $$, 'a name is one line, and no place');
select is(notices.render('{{a}}-{{b}}', '{"a":"{{b}}","b":"x\ny"}'), '{{b}}-x y', 'what stands in a place is not read again');
select is(notices.render('{{instructions}}', '{"instructions":"a\r\nb\u0007\u001b[31m"}'), E'a\nb[31m', 'instructions keep their lines, and nothing else');
select is(notices.line(E'a\u0085b\u2029c \u00a0d', 100), 'a b c d', 'all that ends a line, or looks like a space, is one');
select results_eq($$ select a, notices.is_address(a) from (values ('jo@a.example'), ('j.o+x@a-b.example'), ('jo@localhost'), ('jo'), ('jo@'), ('a@b@c'), ('jo@a.example, x@b.example'),
    ('<jo@a.example>'), ('jo@a..example'), ('jo@-a.example'), (E'jo@a.example\n'), (E'jo\r\n@a.example'), ('jö@a.example'), (null)) x (a) $$,
  $$ values ('jo@a.example', true), ('j.o+x@a-b.example', true), ('jo@localhost', true), ('jo', false), ('jo@', false), ('a@b@c', false), ('jo@a.example, x@b.example', false),
    ('<jo@a.example>', false), ('jo@a..example', false), ('jo@-a.example', false), (E'jo@a.example\n', false), (E'jo\r\n@a.example', false), ('jö@a.example', false), (null, false) $$,
  'one address and nothing else');
create temporary table bad as select pg_temp.queue('bk-4', '<jo@a.example>') as id;
select results_eq('select g.status, g.failure from bad, notices.get_notice(bad.id) g', $$ values ('dead', 'That is no address that mail can be sent to.') $$,
  'an address that is none makes a dead letter');
select throws_ok('select r.* from bad, notices.retry_notice(bad.id, 1) r', 'IM009', 'Its address is none that mail can be sent to.', 'which is not tried again');

-- Texts of one's own.
select ok((select count(*) >= 13 and bool_and(not own and version = 0) from notices.list_notice_templates()), 'every kind has a text');
select is_empty($$ select k.kind from notices.kind k, regexp_matches(k.subject || k.body, '\{\{([a-z_]+)\}\}', 'g') m where m[1] <> all (k.places) $$, 'with places that it has');
select is_empty($$ select k.kind, p from notices.kind k, unnest(k.places) p where p not in ('name', 'reference', 'authority') and not k.example ? p $$, 'and an example of each');
select throws_ok($$ select * from notices.set_notice_template('booking.waiting', 0, 'Hello {{nme}}', null) $$, 'IM003',
  'A notice of kind booking.waiting has no place for: nme.', 'a place that is none is refused');
select throws_ok($$ select * from notices.set_notice_template('booking.waiting', 0, 'Hello {{name}', null) $$, 'IM003', null, 'and one that is open');
select throws_ok($$ select * from notices.set_notice_template('booking.dinner', 0, 'x', 'y') $$, 'IM005', null, 'and a kind');
select throws_ok($$ select * from notices.set_notice_template('booking.waiting', 1, 'x', 'y') $$, 'IM010', null, 'and a stale version');
select throws_ok($$ select * from notices.set_notice_template('booking.waiting', 0, repeat('x', 201), 'y') $$, '23514', null, 'and a long subject');
select results_eq($$ select subject, own, version, example like E'Jo Field waits for Phonics in Year 1\n\nDear Jo Field,%' from
  notices.set_notice_template('booking.waiting', 0, E'{{name}} waits\nfor {{course}}', null) $$, $$ values ('{{name}} waits for {{course}}', true, 1, true) $$,
  'a subject of one''s own, in one line');
create temporary table own as select pg_temp.queue('bk-5', 'jo@a.example') as id;
select results_eq($$ select g.subject, g.template_version from own, notices.get_notice(own.id) g $$, $$ values ('Jo Field waits for Phonics', 1) $$, 'is taken');
select results_eq('select subject, template_version from one, notices.get_notice(one.id)', $$ values ('On the waiting list: Phonics, Monday', 0) $$, 'what was written stays');
select results_eq($$ select own, version from notices.set_notice_template('booking.waiting', 1, null, null) $$, $$ values (false, 2) $$, 'back to the program''s own');
select results_eq($$ select subject, own, number, version from notices.get_notice_template('booking.waiting', 1) $$, $$ values ('{{name}} waits for {{course}}', true, 1, 2) $$,
  'versions stay readable');
select throws_ok($$ select * from notices.get_notice_template('booking.waiting', 7) $$, 'IM005', null, 'those that are');

-- Who sees it. A school's user causes notices and reads none.
select test.call_as(929, 'booker', array[100001]);
select isnt(pg_temp.queue('bk-6', 'jo@a.example'), null, 'a school''s call writes one');
select is_empty('select from notices.notice', 'and reads none');
select test.call_as(929, 'finance');
select is_empty('select from notices.notice', 'nor does who has nothing to do with them');
select test.call_as(926, 'officer');
select is_empty('select * from notices.list_notices(null, null, null, null, null)', 'another authority has its own');
select throws_ok('select g.* from one, notices.get_notice(one.id) g', 'IM005', null, 'and is told there is none');
select throws_ok('select g.* from one, notices.retry_notice(one.id, 1) g', 'IM005', null, 'nor sends it');
select throws_ok($$ select g.* from one, notices.discard_notice(one.id, 1, 'x') g $$, 'IM005', null, 'nor stops it');
select test.call_as(926, 'la_admin');
select lives_ok($$ select * from notices.set_notice_policy(0, true, 'them@y.example', null, null, null, null) $$, 'another turns its own on');
create temporary table theirs as select pg_temp.queue('bk-1', 'far@a.example') as id;
select results_eq('select status, notices from notices.count_notices()', $$ values ('waiting', 1::bigint) $$, 'and counts its own');
select test.call_as(0, 'operator');
select results_eq('select status, notices from notices.count_notices()', $$ values ('dead', 1::bigint), ('waiting', 6) $$, 'the operator counts all');

-- Taken by turns, for a while; marked by who has taken it only.
reset role;
update notices.notice set due_at = now() + case about when 'bk-1' then interval '-2 hours' when 'bk-2' then interval '-1 hour' else interval '1 hour' end;
set role improve_exec;
select set_config('app.authority_id', '', true);
create temporary table taken as select 1 as nth, c.* from notices.claim(0, 60000, 3) c;
insert into taken select 2, c.* from notices.claim(926, 60000, 3) c;
insert into taken select 3, c.* from notices.claim(929, 60000, 3) c;
select results_eq('select authority_id, to_address, sender, attempts from taken order by nth',
  $$ values (926, 'far@a.example', 'them@y.example', 1), (929, 'jo@a.example', 'us@x.example', 1), (929, 'jo@a.example', 'us@x.example', 1) $$,
  'by turns, then whoever has any; the longest due first');
select is_empty('select * from notices.claim(929, 60000, 3)', 'what is taken is not taken again, what is not due is not taken');
select is((select notices.finish(929, notice_id, gen_random_uuid(), 'sent', null, 1000, 3) from taken where nth = 2), null, 'who has not taken it cannot mark it');
select is((select notices.finish(929, notice_id, claim, 'later', '451 Try later', 1000, 3) from taken where nth = 2), 'waiting', 'put off');
select is((select notices.finish(929, notice_id, claim, 'later', '451 Try later', 1000, 3) from taken where nth = 2), null, 'once');
select is((select notices.finish(929, notice_id, claim, 'sent', null, 1000, 3) from taken where nth = 3), 'sent', 'sent');
select test.call_as(929, 'officer');
select ok((select g.due_at between now() + interval '0.75 seconds' and now() + interval '1.25 seconds' and g.failure = '451 Try later'
  from one, notices.get_notice(one.id) g), 'put off for about the time given');
reset role;
update notices.notice set due_at = now() where notice_id = (select id from one);
set role improve_exec;
insert into taken select 4, c.* from notices.claim(926, 60000, 3) c;
select is((select notices.finish(929, notice_id, claim, 'later', 'x', 60000, 2) from taken where nth = 4), 'dead', 'put off too often, it is given up');
select test.call_as(929, 'officer');
select results_eq('select status, finished_at is not null, attempts from one, notices.get_notice(one.id)', $$ values ('dead', true, 2) $$, 'a dead letter');
select throws_ok('select r.* from one, notices.retry_notice(one.id, 1) r', 'IM010', null, 'a stale version');
create temporary table again as select r.* from one, notices.get_notice(one.id) g, notices.retry_notice(one.id, g.version) r;
select results_eq('select status, due_at = now() from again', $$ values ('waiting', true) $$, 'sent again when somebody says so');
set role improve_exec;
insert into taken select 5, c.* from notices.claim(926, 60000, 3) c;
select throws_ok('select r.* from one, notices.discard_notice(one.id, 9, ''x'') r', 'IM009', 'The notice is being sent at this moment.', 'what is on its way is left alone');
select is((select notices.finish(929, notice_id, claim, 'refused', '550 No such user', 1000, 3) from taken where nth = 5), 'dead', 'refused for good, it is dead at once');
select results_eq($$ select d.status from one, notices.get_notice(one.id) g, notices.discard_notice(one.id, g.version, 'Told by telephone') d $$, $$ values ('discarded') $$, 'discarded');
select throws_ok($$ select d.status from one, notices.get_notice(one.id) g, notices.retry_notice(one.id, g.version) d $$, 'IM009', null, 'and then not sent');

-- Left by a server that stopped, again and again; off, nothing leaves.
reset role;
update notices.notice set attempts = 3, due_at = now() - interval '1 day', claim = gen_random_uuid() where about = 'bk-3';
set role improve_exec;
select is_empty('select * from notices.claim(926, 60000, 3)', 'taken too often without an answer, it is not taken again');
select results_eq($$ select status, failure from notices.list_notices('dead', null, 'bk-3', null, null) $$,
  $$ values ('dead', 'Taken 3 times, and the last time nobody said what became of it.') $$, 'but a dead letter');
reset role;
update notices.notice set due_at = now() where status = 'waiting';
update notices.policy set sending = false where authority_id = 929;
set role improve_exec;
select results_eq('select authority_id from notices.claim(926, 60000, 9)', 'values (926)', 'a lease that has ended: taken again');
select is_empty('select authority_id from notices.claim(926, 60000, 9)', 'off, what waits stays where it is');
select * from finish();
rollback;
