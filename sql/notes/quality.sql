-- Quality assurance (VIS-4): a sample that anyone can draw again, what raters made of notes, and how far raters agree.
-- The draw: of the notes of a period that were known at a moment, each stratum (partner and phase group) gives its share of the size by largest
-- remainder; equal remainders go by the larger stratum, then by the lower sha256 of "SEED:partner:phase group"; within a stratum the notes with
-- the lowest sha256 of "SEED:reference" are drawn.

create function notes.lot(p_seed text, p_of text) returns text
language plpgsql immutable as $$
begin
  return encode(sha256(convert_to(p_seed || ':' || p_of, 'UTF8')), 'hex');
end $$;
comment on function notes.lot is 'notes.lot is the number by which a seed orders things: the sha256 of "SEED:thing" in hexadecimal.';

create function notes.draw(p_from date, p_to date, p_size integer, p_seed text, p_known_at timestamptz)
returns table (visit_id text, partner_id text, phase_group text, stratum_notes integer, stratum_drawn integer, place integer)
language sql stable as $$
  with frame as (
    select v.visit_id, v.partner_id, n.phase_group
    from notes.part p
    join notes.note n on n.authority_id = p.authority_id and n.visit_id = p.visit_id
    join visits.visit v on v.authority_id = p.authority_id and v.visit_id = p.visit_id
    where p.authority_id = (select auth.authority_id()) and p.part = 'partner' and p.number = 1 and p.written_at <= p_known_at
      and (v.cancelled_at is null or v.cancelled_at > p_known_at) -- by a reversal: it did not take place after all
      and v.starts_at >= (p_from::timestamp at time zone 'Europe/London') and v.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London')
  ), stratum as (
    select f.partner_id, f.phase_group, count(*)::integer as notes, least(p_size, (sum(count(*)) over ())::integer) as size,
      (sum(count(*)) over ())::integer as total
    from frame f
    group by f.partner_id, f.phase_group
  ), quota as (
    select s.*, s.size * s.notes / s.total as whole,
      s.size - (sum(s.size * s.notes / s.total) over ())::integer as left_over,
      row_number() over (order by s.size * s.notes % s.total desc, s.notes desc, notes.lot(p_seed, s.partner_id || ':' || s.phase_group)) as turn
    from stratum s
  ), drawn as (
    select q.partner_id, q.phase_group, q.notes, q.whole + (q.turn <= q.left_over)::integer as drawn from quota q
  )
  select f.visit_id, f.partner_id, f.phase_group, d.notes, d.drawn, r.place::integer
  from drawn d
  cross join lateral (
    select x.*, row_number() over (order by notes.lot(p_seed, x.visit_id)) as place
    from frame x where x.partner_id = d.partner_id and x.phase_group = d.phase_group
  ) r
  join frame f on f.visit_id = r.visit_id
$$;
comment on function notes.draw is 'notes.draw puts the notes of a period into the order of a seed, stratum by stratum; those whose place is within what their stratum gives are the sample.';

create function notes.year_of(p_from date, p_to date, out first_day date, out last_day date)
language plpgsql stable as $$
begin
  first_day := coalesce(p_from, calendar.academic_year_starts(calendar.academic_year(coalesce(p_to, base.today()))));
  last_day := coalesce(p_to, calendar.academic_year_ends(calendar.academic_year(first_day)));
  if last_day < first_day then
    perform errors.invalid('to', 'A period cannot end before it starts.', 'VIS-4', format('%s or a later day', first_day), 'PERIOD_BACKWARDS');
  end if;
end $$;
comment on function notes.year_of is 'notes.year_of is the period asked for; unless given, this academic year.';
grant execute on function notes.lot, notes.draw, notes.year_of to improve_exec;

create function notes.sample_notes(p_size integer, p_seed text, p_from date, p_to date, p_known_at timestamptz)
returns table (visit_id text, visited_on date, school_urn integer, school text, partner_id text, partner text, phase_group text, stratum_notes integer,
  stratum_drawn integer, lot text, version integer, ratings integer, seed text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_period constant record := notes.year_of(p_from, p_to);
  v_seed constant text := coalesce(nullif(btrim(p_seed), ''), left(replace(gen_random_uuid()::text, '-', ''), 8));
  v_known_at constant timestamptz := coalesce(p_known_at, now());
  v_frame integer;
begin
  perform errors.required('size', p_size, 'a number of notes');
  if p_size not between 1 and 1000 then
    perform errors.invalid('size', 'A sample has some notes.', 'VIS-4', '1 to 1000');
  elsif length(v_seed) > 60 then
    perform errors.invalid('seed', 'A seed is a short word or number.', 'VIS-4', '1 to 60 characters');
  end if;
  select count(*) into v_frame from notes.draw(v_period.first_day, v_period.last_day, p_size, v_seed, v_known_at);
  raise notice using errcode = 'IMNTE', message = format('Base: %s notes of visits from %s to %s. To draw again: improve qa sample %s --seed %s --from %s --to %s --known-at %s',
    v_frame, to_char(v_period.first_day, 'FMDD Mon YYYY'), to_char(v_period.last_day, 'FMDD Mon YYYY'), p_size, v_seed, v_period.first_day, v_period.last_day,
    to_char(v_known_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
  return query
  select d.visit_id, visits.day_of(v.starts_at), v.school_urn, school.name, d.partner_id, p.name, d.phase_group, d.stratum_notes, d.stratum_drawn,
    notes.lot(v_seed, d.visit_id), w.number, w.ratings, v_seed
  from notes.draw(v_period.first_day, v_period.last_day, p_size, v_seed, v_known_at) d
  join visits.visit v on v.authority_id = auth.authority_id() and v.visit_id = d.visit_id
  join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id
  left join lateral register.establishment_on(v.school_urn, visits.day_of(v.starts_at)) school on true
  cross join lateral (
    select max(x.number) as number, (select count(distinct r.rater_id)::integer from notes.rating r where r.authority_id = v.authority_id and r.visit_id = v.visit_id) as ratings
    from notes.part x where x.authority_id = v.authority_id and x.visit_id = v.visit_id and x.part = 'partner'
  ) w
  where d.place <= d.stratum_drawn
  order by p.name, d.partner_id, d.phase_group, d.place;
end $$;
comment on function notes.sample_notes is 'notes.sample_notes draws a random sample of the notes of a period, stratified by partner and phase group; seed and moment are told, so that anyone can draw it again (VIS-4).';
grant execute on function notes.sample_notes to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function notes.rate_note(p_visit_id text, p_outcome text, p_version integer, p_comment text)
returns table (visit_id text, version integer, outcome text, ratings integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_last notes.part;
begin
  perform visits.require_visible(p_visit_id);
  perform errors.required('outcome', btrim(p_outcome), 'met, partly_met or not_met');
  select p.* into v_last from notes.part p
  where p.authority_id = auth.authority_id() and p.visit_id = p_visit_id and p.part = 'partner'
  order by p.number desc limit 1;
  if not found then
    perform errors.precondition('NO_NOTE', 'The partner has written nothing yet.', 'visit_id', 'VIS-4', 'a visit that is noted or agreed');
  elsif coalesce(p_version, v_last.number) <> v_last.number then
    perform errors.stale('version', p_version, v_last.number);
  elsif exists (select from notes.part p where p.authority_id = v_last.authority_id and p.visit_id = p_visit_id and p.written_by = auth.person_id()) then
    perform errors.precondition('OWN_NOTE', 'Nobody rates a note that they wrote.', 'visit_id', 'VIS-4', 'a note of somebody else');
  elsif exists (select from notes.rating r where r.authority_id = v_last.authority_id and r.visit_id = p_visit_id and r.number = v_last.number
      and r.rater_id = auth.person_id()) then
    perform errors.exists('RATED_ALREADY', 'You have rated this version of the note.', 'visit_id', 'VIS-4');
  end if;
  insert into notes.rating (authority_id, visit_id, number, rater_id, outcome, comment)
  values (v_last.authority_id, p_visit_id, v_last.number, auth.person_id(), lower(btrim(p_outcome)), nullif(btrim(p_comment), ''));
  return query
  select p_visit_id, v_last.number, lower(btrim(p_outcome)), count(*)::integer
  from notes.rating r where r.authority_id = v_last.authority_id and r.visit_id = p_visit_id and r.number = v_last.number;
end $$;
comment on function notes.rate_note is 'notes.rate_note says what a rater makes of the latest version of a note, once (VIS-4).';
grant execute on function notes.rate_note to persona_la_admin, persona_officer;

create function notes.kappa(p_both bigint, p_agreed bigint, p_chance numeric) returns numeric
language plpgsql immutable as $$
begin
  -- The share that chance would give, of a base of p_both squared.
  return round((p_agreed::numeric / nullif(p_both, 0) - p_chance / nullif(p_both, 0) / p_both) / nullif(1 - p_chance / nullif(p_both, 0) / p_both, 0), 3);
end $$;
comment on function notes.kappa is 'notes.kappa is Cohen''s kappa of two raters: how far they agree beyond chance; null without a base, and where chance alone would make them agree.';
grant execute on function notes.kappa to improve_exec;

create function notes.compare_raters(p_from date, p_to date)
returns table (rater_id uuid, rater text, other_id uuid, other text, base integer, agreed integer, percent numeric, kappa numeric)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_period constant record := notes.year_of(p_from, p_to);
begin
  return query
  with rated as (
    select r.visit_id, r.number, r.rater_id, r.outcome
    from notes.rating r
    join visits.visit v on v.authority_id = r.authority_id and v.visit_id = r.visit_id
    where r.authority_id = auth.authority_id() and visits.day_of(v.starts_at) between v_period.first_day and v_period.last_day
  ), pair as (
    select a.rater_id as one, b.rater_id as two, a.outcome as said, b.outcome as other_said
    from rated a join rated b on b.visit_id = a.visit_id and b.number = a.number and b.rater_id > a.rater_id
  ), counted as (
    select p.one, p.two, count(*) as n, count(*) filter (where p.said = p.other_said) as agreed from pair p group by 1, 2
  )
  select c.one, po.display_name, c.two, pt.display_name, c.n::integer, c.agreed::integer, reports.percent(c.agreed, c.n), notes.kappa(c.n, c.agreed, chance.products)
  from counted c
  cross join lateral (
    select sum((select count(*) from pair x where x.one = c.one and x.two = c.two and x.said = o)
      * (select count(*) from pair x where x.one = c.one and x.two = c.two and x.other_said = o)) as products
    from unnest(array['met', 'partly_met', 'not_met']) o
  ) chance
  left join auth.person po on po.person_id = c.one
  left join auth.person pt on pt.person_id = c.two
  order by c.n desc, c.one, c.two;
end $$;
comment on function notes.compare_raters is 'notes.compare_raters tells of each two raters how many versions of notes both rated, in how many they agree, the share of these, and Cohen''s kappa (VIS-4, C-6).';
grant execute on function notes.compare_raters to persona_la_admin, persona_officer, persona_reporter;
