-- Random commands on an authority's money, each carried out or refused as the model says: \ir this after ledger_model.sql.
create function test.do_order() returns void language plpgsql as $$
declare
  v_kit kit;
  v_urn constant integer := (array[100001, 100002, 100031])[1 + floor(random() * 3)::integer];
  v_starts constant date := base.today() - 330 + floor(random() * 371)::integer;
  v_free boolean;
  v_made record;
begin
  select * into v_kit from kit order by random() limit 1;
  v_free := not exists (select from m_order o where o.urn = v_urn and o.service = v_kit.service and o.ends >= o.starts
    and daterange(o.starts, o.ends, '[]') && daterange(v_starts, (v_starts + interval '1 year')::date));
  perform test.call_as(929, 'officer');
  begin
    select s.* into v_made from sla.subscribe(v_urn, v_kit.package_id, v_starts, null, null, null) s;
    perform test.went('order', true, v_free);
    perform test.order_in_model(v_made.subscription_id, v_urn, v_kit.package_id, v_starts, null, v_made.charge_id);
  exception when exclusion_violation then
    perform test.went('order', false, v_free, sqlerrm);
  end;
end $$;

create function test.continued(p_order text) returns boolean language sql stable as $$ select exists (select from m_order n where n.continues = p_order and n.ends >= n.starts) $$;

create function test.do_end() returns void language plpgsql as $$
declare
  o m_order;
  v_ends date;
  v_back bigint;
  v_may boolean;
  v_made record;
begin
  select * into o from m_order order by random() limit 1;
  if not found then return; end if;
  v_ends := o.starts - 3 + floor(random() * 370)::integer;
  v_may := v_ends between o.starts and o.ends and not o.given and o.ends >= o.starts and not test.continued(o.id);
  v_back := test.gives_back(o, v_ends);
  perform test.call_as(929, 'officer');
  begin
    select e.* into v_made from sla.end_subscription(o.id, o.version, 'x', v_ends, null) e;
    perform test.went('end', true, v_may);
    perform test.same('end gives back', -v_made.net_pence, case when v_ends = o.ordered_to then 0 else v_back end);
    if v_made.credit_id is not null then
      perform test.credit_in_model(v_made.credit_id, (test.charge_of(o.id)).id, v_back, greatest(o.starts, v_ends));
    end if;
    update m_order set ends = v_ends, version = version + 1, given = v_made.credit_id is not null where id = o.id;
  exception when sqlstate 'IM009' then
    perform test.went('end', false, v_may, sqlerrm);
  end;
end $$;

create function test.do_cancel() returns void language plpgsql as $$
declare
  o m_order;
  c m_charge;
  v_may boolean;
  v_made record;
begin
  select * into o from m_order order by starts > base.today() and random() < 0.8 desc, random() limit 1;
  if not found then return; end if;
  v_may := o.starts > base.today() and o.ends >= o.starts and not o.given;
  c := test.charge_of(o.id);
  perform test.call_as(929, 'officer');
  begin
    select e.* into v_made from sla.cancel_subscription(o.id, o.version, 'x') e;
    perform test.went('cancel', true, v_may);
    perform test.same('cancel gives back', -v_made.net_pence, coalesce(c.net - c.credited, 0));
    if v_made.credit_id is not null then
      perform test.credit_in_model(v_made.credit_id, c.id, c.net - c.credited, o.starts);
    end if;
    update m_order set ends = starts - 1, version = version + 1, given = v_made.credit_id is not null where id = o.id;
  exception when sqlstate 'IM009' then
    perform test.went('cancel', false, v_may, sqlerrm);
  end;
end $$;

create function test.do_roll_over() returns void language plpgsql as $$
declare
  v_rolled text[];
  v_due text[];
  r record;
begin
  select coalesce(array_agg(o.id order by o.id), '{}') into v_due from m_order o
  where o.starts <= base.today() and o.ends = o.ordered_to and not test.continued(o.id) and (o.ends + 1 - interval '3 months')::date - 1 < base.today()
    and not exists (select from m_order n where n.urn = o.urn and n.service = o.service and n.starts > o.ends and n.ends >= n.starts);
  perform test.call_as(929, 'officer');
  for r in select x.* from sla.roll_over(null) x where x.outcome = 'rolled_over' loop
    v_rolled := v_rolled || r.subscription_id;
    perform test.order_in_model(r.new_subscription_id, r.school_urn, o.package, o.ends + 1, o.id, money.charge_of('sla.subscription', r.new_subscription_id))
    from m_order o where o.id = r.subscription_id;
  end loop;
  perform test.same('roll over', (select coalesce(array_agg(x order by x), '{}') from unnest(v_rolled) x), v_due);
end $$;

create function test.do_charge() returns void language plpgsql as $$
declare
  v_urn constant integer := (array[100001, 100002, 100031])[1 + floor(random() * 3)::integer];
  v_net constant bigint := 1 + floor(random() * 100000)::integer;
  v_vat constant numeric := (array[0, 5, 17.5, 20])[1 + floor(random() * 4)::integer];
  v_day constant date := base.today() - floor(random() * 60)::integer;
  v_made record;
begin
  perform test.call_as(929, 'finance');
  select c.* into v_made from money.add_charge(v_urn, 'Panel', v_net, v_vat, v_day, 'Agreed') c;
  insert into m_charge (id, urn, income, day, net, vat) values (v_made.charge_id, v_urn, 'other_income', v_day, v_net, round(v_net * v_vat / 100));
end $$;

create function test.do_credit() returns void language plpgsql as $$
declare
  c m_charge;
  v_net bigint;
  v_may boolean;
  v_made record;
begin
  select * into c from m_charge order by random() limit 1;
  if not found then return; end if;
  v_net := case when random() < 0.7 then 1 + floor(random() * c.net)::integer end;
  v_may := c.credits is null and c.credited < c.net and coalesce(v_net, 1) <= c.net - c.credited;
  perform test.call_as(929, 'finance');
  begin
    select x.* into v_made from money.credit_charge(c.id, 'Goodwill', v_net) x;
    perform test.went('credit', true, v_may);
    perform test.credit_in_model(v_made.charge_id, c.id, coalesce(v_net, c.net - c.credited), greatest(c.day, base.today()));
  exception when sqlstate 'IM009' then
    perform test.went('credit', false, v_may, sqlerrm);
  end;
end $$;

create function test.do_issue() returns void language plpgsql as $$
declare
  v_to constant date := base.today() - case when random() < 0.5 then 0 else floor(random() * 120)::integer end;
  v_urn constant integer := case when random() < 0.3 then (array[100001, 100002, 100031])[1 + floor(random() * 3)::integer] end;
  v_open constant jsonb := (select jsonb_object_agg(x.urn, x.gross) from (select c.urn, sum(c.net + c.vat) as gross from m_charge c
    where c.document is null and c.day <= v_to and c.urn = coalesce(v_urn, c.urn) group by 1) x);
  v_made jsonb := '{}';
  d record;
begin
  perform test.call_as(929, 'finance');
  for d in select x.* from money.issue_documents(v_to, v_urn, null) x loop
    v_made := v_made || jsonb_build_object(d.school_urn, d.gross_pence);
    perform test.same('document', d.kind, case when d.gross_pence < 0 then 'credit_note' when d.school_urn > 100030 then 'invoice' else 'recharge' end);
    insert into m_document (id, urn, gross) values (d.document_id, d.school_urn, d.gross_pence);
    update m_charge set document = d.document_id where document is null and day <= v_to and urn = d.school_urn;
  end loop;
  perform test.same('documents', v_made, v_open);
exception when sqlstate 'IM009' then
  perform test.went('issue', false, v_open is not null, sqlerrm);
end $$;

create function test.do_pay() returns void language plpgsql as $$
declare
  d m_document;
  v_pence bigint;
  v_may boolean;
begin
  select * into d from m_document order by gross < 0 and paid > gross desc, paid <> gross desc, random() limit 1; -- credit notes are few: they first
  if not found then return; end if;
  -- All, a part, too much, or the wrong way round.
  v_pence := (array[d.gross - d.paid, round((d.gross - d.paid) * random()), d.gross - d.paid + sign(d.gross), -sign(d.gross)])[1 + floor(random() ^ 2 * 4)::integer];
  v_may := d.gross <> d.paid and sign(v_pence) = sign(d.gross - d.paid) and abs(v_pence) <= abs(d.gross - d.paid);
  perform test.call_as(929, 'finance');
  begin
    perform p.version from money.record_payment(d.id, d.version, format('BACS %s', (select step from state)), v_pence, null) p;
    perform test.went('pay', true, v_may);
    update m_document set paid = paid + v_pence, version = version + 1 where id = d.id;
  exception when sqlstate 'IM009' then
    perform test.went('pay', false, v_may, sqlerrm);
  end;
end $$;

create function test.do_journal() returns void language plpgsql as $$
declare
  v_to constant date := base.today() - 1 - floor(random() * 100)::integer;
  v_entries integer;
  v_debit bigint;
  v_made record;
begin
  -- Payments stand on the day they are recorded: none is past.
  select count(*), sum(abs(net + vat)) into v_entries, v_debit from m_charge where journal is null and day <= v_to;
  perform test.call_as(929, 'finance');
  begin
    select j.* into v_made from money.make_journal(v_to) j;
    perform test.same('journal', array[v_made.entries, v_made.debit_pence], array[v_entries, v_debit]);
    update m_charge set journal = v_made.number where journal is null and day <= v_to;
    insert into m_journal values (v_made.number, v_made.entries, v_made.debit_pence);
  exception when sqlstate 'IM009' then
    perform test.went('journal', false, v_entries > 0, sqlerrm);
  end;
end $$;

create function test.do_read() returns void language plpgsql as $$
declare
  v_urn constant integer := (array[100001, 100002, 100031])[1 + floor(random() * 3)::integer];
  j m_journal;
begin
  perform test.call_as(929, 'finance');
  perform test.same('statement', (select s.balance_pence from (select x.balance_pence, row_number() over () as n from reports.school_statement(v_urn, base.today() - 400, null) x) s order by s.n desc limit 1),
    test.owes(v_urn));
  perform test.same('outstanding', coalesce((select x.outstanding_pence from reports.charges_outstanding(null) x where x.school_urn is null), 0), test.owes(100001) + test.owes(100002) + test.owes(100031));
  for j in select * from m_journal order by random() limit 1 loop
    perform test.same('journal again', (select array[count(distinct x.entry_id), sum(x.debit_pence), sum(x.credit_pence)] from money.export_journal(j.number, null, null) x),
      array[j.entries, j.debit, j.debit]::numeric[]);
  end loop;
end $$;

-- One command of eleven, by weight.
create function test.step() returns text language plpgsql as $$
declare
  v_which constant double precision := random() * 100;
  v_word text;
begin
  update state set step = step + 1;
  case
    when v_which < 20 then v_word := 'order'; perform test.do_order();
    when v_which < 28 then v_word := 'end'; perform test.do_end();
    when v_which < 34 then v_word := 'cancel'; perform test.do_cancel();
    when v_which < 38 then v_word := 'roll over'; perform test.do_roll_over();
    when v_which < 48 then v_word := 'charge'; perform test.do_charge();
    when v_which < 62 then v_word := 'credit'; perform test.do_credit();
    when v_which < 72 then v_word := 'issue'; perform test.do_issue();
    when v_which < 87 then v_word := 'pay'; perform test.do_pay();
    when v_which < 93 then v_word := 'journal'; perform test.do_journal();
    else v_word := 'read'; perform test.do_read();
  end case;
  perform test.as_owner();
  return v_word;
end $$;
