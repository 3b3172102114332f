-- What was written is never changed (VIS-3), by whatever role: a correction is a new version. Erasure of a person (GDP-1), which puts a
-- placeholder for their name, and the deletion of a whole authority (GDP-2) are the two exceptions; neither is a call about notes.

create function notes.stays() returns trigger
language plpgsql volatile set search_path = '' as $$
begin
  if tg_op = 'DELETE' and coalesce(current_setting('app.method', true), '') = '' then
    return old;
  elsif tg_op = 'UPDATE' and coalesce(current_setting('app.erasing', true), '') <> ''
      and to_jsonb(new) - array['answers', 'sections', 'comment'] = to_jsonb(old) - array['answers', 'sections', 'comment'] then
    return new;
  end if;
  perform errors.precondition('IMMUTABLE', 'What was written is never changed; a correction is a new version.', null, 'VIS-3', 'a new version');
end $$;
comment on function notes.stays is 'notes.stays keeps every row of what was written as it is.';
create trigger stays before update or delete on notes.template_version for each row execute function notes.stays();
create trigger stays before update or delete on notes.part for each row execute function notes.stays();
create trigger stays before update or delete on notes.agreement for each row execute function notes.stays();
create trigger stays before update or delete on notes.rating for each row execute function notes.stays();
