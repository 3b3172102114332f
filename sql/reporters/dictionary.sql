-- Calls that show what the views of reporting hold: from their comments, so that a page is never behind them (REP-6).

-- The server enters no view of reporting: it reads the same from the catalogue. A test holds the two to each other.
create function reporters.dictionary()
returns table (view_name text, column_position integer, column_name text, data_type text, description text, view_description text, rules text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.relname::text, a.attnum::integer, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), d.description, v.description,
    (select string_agg(distinct r.rule[1], ', ' order by r.rule[1]) from regexp_matches(concat_ws(' ', v.description, d.description), '\m([A-Z]{1,3}-[0-9]+)\M', 'g') r (rule))
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = 'reporting'
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = a.attnum
  left join pg_catalog.pg_description v on v.classoid = 'pg_catalog.pg_class'::regclass and v.objoid = c.oid and v.objsubid = 0
  where c.relkind = 'v';
end $$;
comment on function reporters.dictionary is 'reporters.dictionary gives what reporting.data_dictionary does.';
grant execute on function reporters.dictionary to improve_exec;

create function reporters.list_dictionary(p_view text, p_word text) returns table (view text, "column" text, type text, description text, rules text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  if p_view is not null and not exists (select from reporters.dictionary() d where d.view_name = lower(p_view)) then
    perform errors.not_found('view', format('There is no view "%s" in reporting.', left(p_view, 63)), 'a name that improve dictionary list shows, such as visit');
  end if;
  return query
  select d.view_name, d.column_name, d.data_type, d.description, d.rules
  from reporters.dictionary() d
  where (p_view is null or d.view_name = lower(p_view))
    and (p_word is null or position(lower(p_word) in lower(concat_ws(' ', d.view_name, d.column_name, d.description))) > 0)
  order by d.view_name, d.column_position;
end $$;
comment on function reporters.list_dictionary is 'reporters.list_dictionary lists what the columns of the views of reporting hold.';

create function reporters.get_dictionary() returns table (views integer, columns integer, page text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_list text;
  v_views text;
begin
  select count(distinct d.view_name), count(*) into views, columns from reporters.dictionary() d;
  select string_agg(format('<li><a href="#%s">%s</a>: %s</li>', w.view_name, w.view_name, notes.html(w.about)), E'\n' order by w.view_name) into v_list
  from (select d.view_name, min(d.view_description) as about from reporters.dictionary() d group by d.view_name) w;
  select string_agg(w.section, E'\n' order by w.view_name) into v_views
  from (
    select d.view_name, concat_ws(E'\n', format('<h2 id="%s">%s</h2>', d.view_name, d.view_name), format('<p>%s</p>', notes.html(min(d.view_description))),
      format('<div class="table" role="region" aria-labelledby="c-%s" tabindex="0">', d.view_name),
      format('<table><caption id="c-%s">Columns of %s</caption>', d.view_name, d.view_name),
      '<thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">What it holds</th><th scope="col">Rules</th></tr></thead><tbody>',
      string_agg(format('<tr><th scope="row">%s</th><td>%s</td><td>%s</td><td>%s</td></tr>', d.column_name, notes.html(d.data_type), notes.html(d.description),
        coalesce(d.rules, '')), E'\n' order by d.column_position), '</tbody></table></div>') as section
    from reporters.dictionary() d
    group by d.view_name
  ) w;
  page := concat_ws(E'\n', '<!DOCTYPE html>', '<html lang="en-GB">', '<head>', '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Data dictionary</title>', '<style>',
    'body{margin:0;font:1rem/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff}main{max-width:60rem;margin:0 auto;padding:1.5rem}',
    'h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.4rem;margin:2rem 0 .5rem;overflow-wrap:anywhere}p{max-width:44rem}a{color:#12436d}li{overflow-wrap:anywhere}',
    '.table{overflow-x:auto}.table:focus-visible{outline:3px solid #12436d;outline-offset:3px}table{border-collapse:collapse;min-width:100%}',
    'caption{text-align:left;font-weight:bold;padding:.25rem 0}th,td{text-align:left;vertical-align:top;padding:.4rem 1.2rem .4rem 0;border-bottom:1px solid #6f777b}',
    'thead th{border-bottom:2px solid #0b0c0c}tbody th{font-weight:normal}@page{size:A4 landscape;margin:15mm}@media print{main{max-width:none;padding:0}.table{overflow:visible}}',
    '</style>', '</head>', '<body>', '<main>', '<h1>Data dictionary</h1>',
    format('<p>The %s views of the schema reporting and their %s columns, as people who write SQL read them: %s. Made from their comments in the database on %s.</p>', views, columns,
      'text is varchar, yes and no are words, times are English local time, money is in pounds', to_char(base.today(), 'FMDD FMMonth YYYY')),
    '<h2>Views</h2>', '<ul>', v_list, '</ul>', v_views, '</main>', '</body>', '</html>', '');
  return next;
end $$;
comment on function reporters.get_dictionary is 'reporters.get_dictionary makes one page of all views of reporting and what their columns hold, from their comments (REP-6).';
grant execute on function reporters.list_dictionary, reporters.get_dictionary to persona_la_admin, persona_officer, persona_finance, persona_reporter;
