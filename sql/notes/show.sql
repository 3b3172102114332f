-- A note whole, and as a document: Markdown, and HTML that a screen reader finds its way in. What people wrote is escaped in both.

create function notes.html(p_text text) returns text
language plpgsql immutable as $$
begin
  return replace(replace(replace(replace(replace(p_text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');
end $$;
comment on function notes.html is 'notes.html writes a text so that HTML shows it as it is.';

create function notes.html_paragraphs(p_text text) returns text
language plpgsql immutable as $$
begin
  return (select string_agg(format('<p>%s</p>', replace(btrim(notes.html(x), E'\n'), E'\n', E'<br>\n')), E'\n' order by nth)
    from regexp_split_to_table(replace(p_text, E'\r', ''), E'\n[ \t]*\n') with ordinality t (x, nth) where btrim(x, E' \t\n') <> '');
end $$;
comment on function notes.html_paragraphs is 'notes.html_paragraphs makes HTML paragraphs of a text: an empty line parts them.';

create function notes.markdown(p_text text) returns text
language plpgsql immutable as $$
begin
  -- Marks within a line; and at its beginning what would make a heading, a list, a rule or a number of it.
  return regexp_replace(regexp_replace(regexp_replace(replace(p_text, E'\r', ''), '([\\`*_\[\]<>|&~])', '\\\1', 'g'),
    '^([ \t]*)(#|[-+=](?=[-+= \t\n]|$))', '\1\\\2', 'gn'), '^([ \t]*[0-9]+)(?=[.)])', '\1\\', 'gn');
end $$;
comment on function notes.markdown is 'notes.markdown writes a text so that Markdown shows it as it is.';

create function notes.content(p_visit_id text)
returns table (visit_id text, status text, school_urn integer, school text, partner text, visited_on date, purpose text, mode text, template text,
  note_due_on date, sections jsonb, themes jsonb, support_level text, school_version integer, version integer, agreed_at timestamptz, comment text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select v.visit_id, v.status, v.school_urn, school.name, p.name, visits.day_of(v.starts_at), v.purpose, v.mode, t.name, v.note_due_on,
    (select jsonb_agg(jsonb_build_object('key', s.section -> 'key', 'title', s.section -> 'title', 'part', s.section -> 'part', 'answers', (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('prompt', q.prompt -> 'key', 'question', q.prompt -> 'text', 'text', w.answer -> 'text',
          'rag', w.answer -> 'rag')) order by q.nth)
        from jsonb_array_elements(s.section -> 'prompts') with ordinality q (prompt, nth)
        left join jsonb_array_elements(case s.section ->> 'part' when 'school' then sc.answers else pa.answers end) w (answer)
          on w.answer -> 'prompt' = q.prompt -> 'key')) order by s.nth)
      from jsonb_array_elements(l.sections) with ordinality s (section, nth)),
    coalesce((select jsonb_agg(jsonb_build_object('code', h.code, 'label', h.label) order by c.nth)
      from unnest(pa.themes) with ordinality c (code, nth) join notes.theme h on h.authority_id = v.authority_id and h.code = c.code), '[]'),
    pa.support_level, sc.number, pa.number, a.agreed_at, a.comment
  from visits.visit v
  join notes.note n on n.authority_id = v.authority_id and n.visit_id = v.visit_id
  join notes.template t on t.authority_id = n.authority_id and t.template_id = n.template_id
  join notes.template_version l on l.authority_id = n.authority_id and l.template_id = n.template_id and l.number = n.template_number
  join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id
  left join lateral register.establishment_on(v.school_urn, visits.day_of(v.starts_at)) school on true
  left join lateral (
    select x.* from notes.part x where x.authority_id = v.authority_id and x.visit_id = v.visit_id and x.part = 'school' order by x.number desc limit 1
  ) sc on true
  left join lateral (
    select x.* from notes.part x where x.authority_id = v.authority_id and x.visit_id = v.visit_id and x.part = 'partner' order by x.number desc limit 1
  ) pa on true
  left join notes.agreement a on a.authority_id = v.authority_id and a.visit_id = v.visit_id and a.number = pa.number
  where v.authority_id = auth.authority_id() and v.visit_id = p_visit_id;
end $$;
comment on function notes.content is 'notes.content gives a note whole: the latest version of both parts, set under the sections of its template.';

create function notes.as_markdown(p_note record) returns text
language plpgsql immutable as $$
begin
  return concat_ws(E'\n\n',
    format('# Note of visit: %s, %s', notes.markdown(p_note.school), to_char(p_note.visited_on, 'FMDD FMMonth YYYY')),
    concat_ws(E'\n', format('- Partner: %s', notes.markdown(p_note.partner)), format('- URN: %s', p_note.school_urn),
      format('- Purpose: %s, %s', replace(p_note.purpose, '_', ' '), replace(p_note.mode, '_', ' ')),
      format('- Status: %s%s', p_note.status, coalesce(', version ' || p_note.version, '')), format('- Reference: %s', p_note.visit_id)),
    (select string_agg(format(E'## %s (%s)\n\n%s', notes.markdown(s ->> 'title'), s ->> 'part', (
        select string_agg(concat_ws(E'\n\n', '### ' || notes.markdown(a ->> 'question'), 'Rating: **' || initcap(a ->> 'rag') || '**',
          coalesce(notes.markdown(nullif(btrim(a ->> 'text'), '')), 'Not answered.')), E'\n\n' order by q)
        from jsonb_array_elements(s -> 'answers') with ordinality x (a, q))), E'\n\n' order by nth)
      from jsonb_array_elements(p_note.sections) with ordinality y (s, nth)),
    '## Themes' || E'\n\n' || (select string_agg('- ' || notes.markdown(t ->> 'label'), E'\n') from jsonb_array_elements(p_note.themes) t),
    '## Support' || E'\n\n' || notes.markdown(p_note.support_level),
    E'## Agreement\n\n' || case when p_note.agreed_at is null then 'Not agreed yet.'
      else concat_ws(E'\n\n', format('Agreed by the school on %s.', to_char(p_note.agreed_at at time zone 'Europe/London', 'FMDD FMMonth YYYY')), notes.markdown(p_note.comment)) end) || E'\n';
end $$;
comment on function notes.as_markdown is 'notes.as_markdown writes a note as Markdown.';

create function notes.as_html(p_note record) returns text
language plpgsql immutable as $$
declare
  v_title constant text := format('Note of visit: %s, %s', notes.html(p_note.school), to_char(p_note.visited_on, 'FMDD FMMonth YYYY'));
begin
  return concat_ws(E'\n',
    '<!DOCTYPE html>', '<html lang="en-GB">', '<head>', '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    format('<title>%s</title>', v_title), '</head>', '<body>', '<main>', format('<h1>%s</h1>', v_title), '<dl>',
    (select string_agg(format('<dt>%s</dt><dd>%s</dd>', k, notes.html(w)), E'\n' order by nth) from (values (1, 'Partner', p_note.partner), (2, 'URN', p_note.school_urn::text),
      (3, 'Purpose', replace(p_note.purpose, '_', ' ') || ', ' || replace(p_note.mode, '_', ' ')),
      (4, 'Status', p_note.status || coalesce(', version ' || p_note.version, '')), (5, 'Reference', p_note.visit_id)) d (nth, k, w)), '</dl>',
    (select string_agg(format(E'<section aria-labelledby="s%s">\n<h2 id="s%1$s">%s (%s)</h2>\n%s\n</section>', nth, notes.html(s ->> 'title'), s ->> 'part', (
        select string_agg(concat_ws(E'\n', format('<h3>%s</h3>', notes.html(a ->> 'question')), '<p>Rating: <strong>' || initcap(a ->> 'rag') || '</strong></p>',
          coalesce(notes.html_paragraphs(a ->> 'text'), '<p>Not answered.</p>')), E'\n' order by q)
        from jsonb_array_elements(s -> 'answers') with ordinality x (a, q))), E'\n' order by nth)
      from jsonb_array_elements(p_note.sections) with ordinality y (s, nth)),
    (select format(E'<section aria-labelledby="themes">\n<h2 id="themes">Themes</h2>\n<ul>\n%s\n</ul>\n</section>', string_agg(format('<li>%s</li>', notes.html(t ->> 'label')), E'\n'))
      from jsonb_array_elements(p_note.themes) t having count(*) > 0),
    E'<section aria-labelledby="support">\n<h2 id="support">Support</h2>\n<p>' || notes.html(p_note.support_level) || E'</p>\n</section>',
    format(E'<section aria-labelledby="agreement">\n<h2 id="agreement">Agreement</h2>\n%s\n</section>', case when p_note.agreed_at is null then '<p>Not agreed yet.</p>'
      else concat_ws(E'\n', format('<p>Agreed by the school on %s.</p>', to_char(p_note.agreed_at at time zone 'Europe/London', 'FMDD FMMonth YYYY')), notes.html_paragraphs(p_note.comment)) end),
    '</main>', '</body>', '</html>') || E'\n';
end $$;
comment on function notes.as_html is 'notes.as_html writes a note as a page of HTML: one heading for the page, one for each section, one for each question; a rating is a word, never a colour alone.';
grant execute on function notes.html, notes.html_paragraphs, notes.markdown, notes.content, notes.as_markdown, notes.as_html to improve_exec;

create function notes.get_note(p_visit_id text, p_format text)
returns table (visit_id text, status text, school_urn integer, school text, partner text, visited_on date, purpose text, mode text, template text,
  note_due_on date, sections jsonb, themes jsonb, support_level text, school_version integer, version integer, agreed_at timestamptz, comment text,
  document text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_note record;
begin
  perform visits.require_visible(p_visit_id);
  if lower(p_format) not in ('markdown', 'html') then
    perform errors.invalid('format', 'A note is shown as Markdown or HTML.', 'VIS-3', 'markdown or html; or absent');
  end if;
  select c.* into v_note from notes.content(p_visit_id) c;
  if not found then
    perform errors.not_found('visit_id', 'Nobody has written to the note of this visit yet.', 'a visit with a note', 'improve note list shows what is written and due.');
  end if;
  return query
  select c.*, case lower(p_format) when 'markdown' then notes.as_markdown(v_note) when 'html' then notes.as_html(v_note) end
  from notes.content(p_visit_id) c;
end $$;
comment on function notes.get_note is 'notes.get_note shows a note whole, and on request as a document in Markdown or HTML (VIS-3).';
grant execute on function notes.get_note to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
