-- The two parties of an agreement. Each holds a copy of all of it, and these functions alone go from one to the other: they find the agreement in
-- the caller's own copy, put the call into the other's books for as long as they write there, and put it back. Lock order, everywhere: a visit's
-- rows (sql/visits/life.sql), then the agreements in the order of their references, the provider's copy before the client's.

create function consultancy.in_books_of(p_authority_id integer) returns void
language plpgsql volatile as $$
begin
  if p_authority_id <> auth.authority_id() and coalesce(current_setting('app.other_party', true), '') = '' then
    perform set_config('app.other_party', p_authority_id::text, true); -- who gets an audit row of what is changed there
  end if;
  perform set_config('app.authority_id', p_authority_id::text, true);
end $$;
comment on function consultancy.in_books_of is 'consultancy.in_books_of makes the rest of the owner''s function that calls it read and write the rows of an authority. Granted to nobody; who calls it has found the agreement that allows it, and goes back to the caller''s authority.';

create function consultancy.parties(p_agreement consultancy.agreement) returns integer[]
language plpgsql immutable as $$
begin
  return case p_agreement.side when 'provider' then array[p_agreement.authority_id, p_agreement.other_id]
    else array[p_agreement.other_id, p_agreement.authority_id] end;
end $$;
comment on function consultancy.parties is 'consultancy.parties are the two parties of an agreement, the provider first.';

create function consultancy.refuse_unknown(p_agreement_id text) returns void
language plpgsql stable as $$
begin
  perform errors.required('agreement_id', p_agreement_id, 'a reference such as ag-7k2q9mx4td');
  perform errors.not_found('agreement_id', format('There is no agreement "%s".', left(p_agreement_id, 40)), 'a reference such as ag-7k2q9mx4td',
    'improve agreement list shows them.');
end $$;
comment on function consultancy.refuse_unknown is 'consultancy.refuse_unknown refuses an agreement that is not there, or not the caller''s to see: the two are told alike.';

create function consultancy.see(p_agreement_id text, p_side text default null) returns consultancy.agreement
language plpgsql stable as $$
declare
  v_agreement consultancy.agreement;
begin
  select a.* into v_agreement from consultancy.agreement a where a.authority_id = auth.authority_id() and a.agreement_id = p_agreement_id;
  if not found then
    perform consultancy.refuse_unknown(p_agreement_id);
  elsif v_agreement.side <> p_side then
    perform errors.precondition('NOT_YOUR_SIDE', format('The authority is the %s of this agreement; this is for the %s.', v_agreement.side, p_side),
      'agreement_id', 'CON-1', format('an agreement of which it is the %s', p_side));
  end if;
  return v_agreement;
end $$;
comment on function consultancy.see is 'consultancy.see finds an agreement that the caller may see, and refuses one of which their authority is not the side that is named.';

create function consultancy.hold(p_agreement_id text) returns consultancy.agreement
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_own consultancy.agreement;
  v_copy consultancy.agreement;
  v_party integer;
begin
  select a.* into v_own from consultancy.agreement a where a.authority_id = v_caller and a.agreement_id = p_agreement_id;
  if not found then
    perform consultancy.refuse_unknown(p_agreement_id);
  end if;
  foreach v_party in array consultancy.parties(v_own) loop
    perform consultancy.in_books_of(v_party);
    select a.* into v_copy from consultancy.agreement a where a.authority_id = v_party and a.agreement_id = p_agreement_id for no key update;
    if not found then
      perform errors.precondition('OTHER_PARTY_GONE', 'The other party is not here any longer: its data were taken out.', 'agreement_id', 'GDP-2',
        'an agreement whose parties both are here');
    elsif v_party = v_caller then
      v_own := v_copy;
    end if;
  end loop;
  perform consultancy.in_books_of(v_caller);
  return v_own;
end $$;
comment on function consultancy.hold is 'consultancy.hold locks both copies of an agreement to the end of the transaction, and gives the caller''s as it is then.';

create function consultancy.hold_version(p_agreement_id text, p_version integer) returns consultancy.agreement
language plpgsql volatile as $$
declare
  v_agreement consultancy.agreement;
begin
  perform errors.required('version', p_version);
  v_agreement := consultancy.hold(p_agreement_id);
  if v_agreement.version <> p_version then
    perform errors.stale('version', p_version, v_agreement.version);
  end if;
  return v_agreement;
end $$;
comment on function consultancy.hold_version is 'consultancy.hold_version locks an agreement, and refuses a stale version.';

create function consultancy.runs(p_agreement consultancy.agreement, p_on date) returns boolean
language plpgsql immutable as $$
begin
  return p_agreement.status = 'accepted' and p_on between p_agreement.starts_on and p_agreement.ends_on;
end $$;
comment on function consultancy.runs is 'consultancy.runs tells whether an agreement runs on a day.';

create function consultancy.state_of(p_agreement consultancy.agreement) returns text
language plpgsql stable as $$
begin
  return case when p_agreement.status <> 'accepted' then p_agreement.status when p_agreement.ends_on < base.today() then 'ended'
    when p_agreement.starts_on > base.today() then 'accepted' else 'running' end;
end $$;
comment on function consultancy.state_of is 'consultancy.state_of is what people call an agreement today: proposed, declined, withdrawn, accepted (to come), running or ended.';

create function consultancy.require_running(p_agreement consultancy.agreement, p_field text, p_on date) returns void
language plpgsql stable as $$
begin
  if p_agreement.status <> 'accepted' then
    perform errors.precondition('AGREEMENT_NOT_ACCEPTED', format('Agreement %s is %s.', p_agreement.agreement_id, p_agreement.status), p_field, 'CON-1',
      'an agreement that the client has accepted');
  elsif not consultancy.runs(p_agreement, p_on) then
    perform errors.precondition('AGREEMENT_NOT_RUNNING', format('Agreement %s runs from %s to %s.', p_agreement.agreement_id,
        to_char(p_agreement.starts_on, 'FMDD Mon YYYY'), to_char(p_agreement.ends_on, 'FMDD Mon YYYY')), p_field, 'CON-1',
      format('a day from %s to %s', p_agreement.starts_on, p_agreement.ends_on));
  end if;
end $$;
comment on function consultancy.require_running is 'consultancy.require_running refuses a day on which an agreement does not run.';

create function consultancy.save(p_agreement consultancy.agreement) returns consultancy.agreement
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_own consultancy.agreement;
  v_party integer;
begin
  foreach v_party in array consultancy.parties(p_agreement) loop
    perform consultancy.in_books_of(v_party);
    update consultancy.agreement a
    set status = p_agreement.status, ends_on = p_agreement.ends_on, answered_at = p_agreement.answered_at, answer_note = p_agreement.answer_note,
      end_reason = p_agreement.end_reason, version = a.version + 1
    where a.authority_id = v_party and a.agreement_id = p_agreement.agreement_id;
  end loop;
  perform consultancy.in_books_of(v_caller);
  select a.* into strict v_own from consultancy.agreement a where a.authority_id = v_caller and a.agreement_id = p_agreement.agreement_id;
  return v_own;
end $$;
comment on function consultancy.save is 'consultancy.save writes an agreement that is held, changed by its caller, into both copies.';
grant execute on function consultancy.parties, consultancy.refuse_unknown, consultancy.see, consultancy.hold, consultancy.hold_version, consultancy.runs,
  consultancy.state_of, consultancy.require_running, consultancy.save to improve_exec;
