-- Who sees and changes devices, sessions, tokens and invitations. The gate's functions work for whoever has not signed in yet.

create policy gate on auth.sign_in_policy for select to improve_gate using (true);
create policy gate on auth.device to improve_gate using (true) with check (true);
create policy gate on auth.invitation to improve_gate using (true) with check (true);
create policy gate on auth.used_nonce to improve_gate using (true) with check (true);
create policy gate on auth.wrong_attempt to improve_gate using (true) with check (true);
create policy gate_adds on auth.person for insert to improve_gate with check (kind = 'person');
create policy gate_adds on auth.membership for insert to improve_gate with check (persona <> 'operator');
create policy gate_adds on auth.token for insert to improve_gate with check (kind = 'session');
create policy gate_touches on auth.token for update to improve_gate using (kind = 'session');
create policy gate_forgets on auth.token for delete to improve_gate using (kind = 'session');

create policy everyone_reads on auth.sign_in_policy for select to improve_exec using (true);
create policy own on auth.device for select to improve_exec using (person_id = (select auth.person_id()));
create policy own_revoke on auth.device for update to improve_exec using (person_id = (select auth.person_id()));
create policy own on auth.token for select to improve_exec using (person_id = (select auth.person_id()) and kind = 'session');
create policy own_revoke on auth.token for update to improve_exec using (person_id = (select auth.person_id()) and kind = 'session');
create policy administrators_read on auth.token for select to improve_exec
  using (kind = 'service' and authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_revoke on auth.token for update to improve_exec
  using (kind = 'service' and authority_id = (select auth.authority_id()) and (select auth.has_persona('la_admin')));
create policy administrators_add on auth.token for insert to improve_exec
  with check (kind = 'service' and authority_id = (select auth.authority_id()) and authority_id <> 0 and (select auth.has_persona('la_admin')));

create policy administrators on auth.invitation to improve_exec
  using (authority_id = (select auth.authority_id()) and authority_id <> 0 and (select auth.has_persona('la_admin')))
  with check (authority_id = (select auth.authority_id()) and authority_id <> 0 and invited_by = (select auth.person_id())
    and (select auth.has_persona('la_admin')));
create policy own_devices on auth.invitation for insert to improve_exec
  with check (authority_id = 0 and persona is null and person_id = (select auth.person_id()) and invited_by = (select auth.person_id()));
