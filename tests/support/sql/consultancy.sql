-- Two authorities and more, with what an agreement between 929 (provider) and 926 (client) needs: \ir this after schools.sql and visits.sql.
-- The provider's partner Ash is an SLE with an identity; days lie around today, so that no test ages.
select test.schools(929, 100001, 2, 'Primary'), test.schools(926, 200001, 4, 'Primary'), test.schools(892, 300001, 1, 'Primary');
select test.partner(929, 'pt-ash', test.person('partner', 929)), test.partner(929, 'pt-new'), test.partner(926, 'pt-own', test.person('own', 926));
insert into partners.kind_held (authority_id, held_id, partner_id, kind) values (929, 'kd-ash-sle', 'pt-ash', 'sle'), (929, 'kd-new-sle', 'pt-new', 'sle');
create temporary table made (what text primary key, ref text);
grant all on made to public;
create function test.ref(p_what text) returns text language sql stable as $$ select ref from made where what = p_what $$;
-- An agreement of 20 half-days of an SLE at £175 with 15 %, two schools, from 60 working days ago to 60 from now; proposed, or accepted as well.
create function test.proposed(p_what text default 'agreement', p_half_days integer default 20) returns text language plpgsql as $$
begin
  perform test.call_as(929, 'la_admin');
  insert into made select p_what, a.agreement_id from consultancy.propose_agreement('926', 'Maths', test.day(-60), test.day(60),
    jsonb_build_array(jsonb_build_object('kind', 'sle', 'half_days', p_half_days, 'half_day_pence', 17500)), '[200001, 200002]', 15, null, 2) a;
  return test.ref(p_what);
end $$;
create function test.agreed(p_what text default 'agreement', p_half_days integer default 20) returns text language plpgsql as $$
begin
  perform test.proposed(p_what, p_half_days);
  perform test.call_as(926, 'la_admin');
  perform a.* from consultancy.answer_agreement(test.ref(p_what), 1, 'accept', null) a;
  return test.ref(p_what);
end $$;
-- The same with Ash placed: what Ash is called in the client is kept as p_what || ' ash'.
create function test.working(p_what text default 'agreement', p_half_days integer default 20) returns text language plpgsql as $$
begin
  perform test.agreed(p_what, p_half_days);
  perform test.call_as(929, 'officer');
  insert into made select p_what || ' placement', p.placement_id from consultancy.place_partner(test.ref(p_what), 'pt-ash', 'sle', null, null) p;
  perform test.call_as(926, 'officer');
  insert into made select p_what || ' ash', p.partner_id from partners.partner p where p.authority_id = 926 and p.person_id = test.person('partner', 929);
  return test.ref(p_what);
end $$;
-- As Ash, in an authority.
create function test.call_as_ash(p_authority integer) returns void language plpgsql as $$
begin
  perform test.call_as(p_authority, 'partner');
  perform set_config('app.person_id', test.person('partner', 929)::text, true);
end $$;
-- A visit of Ash's to a school of the client's under an agreement, planned by whoever calls.
create function test.bought(p_on integer, p_half_days integer default 2, p_urn integer default 200001, p_what text default 'agreement') returns text language sql as $$
  select v.visit_id from visits.add_visit(p_urn, test.ref(p_what || ' ash'), test.at(p_on), null, 'challenge', null, null, null, p_half_days, 'consultancy', test.ref(p_what), null) v
$$;
-- The same, and delivered: for 926's officer.
create function test.delivered(p_on integer, p_half_days integer default 2, p_urn integer default 200001, p_what text default 'agreement') returns text
language plpgsql as $$
declare
  v_visit constant text := test.bought(p_on, p_half_days, p_urn, p_what);
begin
  perform v.* from visits.confirm_visit(v_visit, 1) v;
  perform v.* from visits.complete_visit(v_visit, 2) v;
  return v_visit;
end $$;
grant execute on all functions in schema test to public;
