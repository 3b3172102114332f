-- What a printed figure says (REP-2): its number, its unit, and how exactly it is printed.

create function figures.read_printed(p_printed text, out value numeric, out decimals integer, out unit text, out at_least boolean)
language plpgsql immutable as $$
declare
  v_parts constant text[] := regexp_match(lower(btrim(p_printed)),
    '^(over |more than |at least )?(£)?(-?[0-9][0-9,]*)(?:\.([0-9]+))? ?(k|thousand|m|million|bn|billion|%|per cent|percent)?(\+)?$');
  v_power integer := 0;
begin
  decimals := 0;
  unit := 'number';
  at_least := false;
  if v_parts is null then
    return; -- words without a number
  end if;
  v_power := case left(v_parts[5], 1) when 'k' then 3 when 't' then 3 when 'm' then 6 when 'b' then 9 else 0 end;
  value := trim_scale((replace(v_parts[3], ',', '') || coalesce('.' || v_parts[4], ''))::numeric * (10::numeric ^ v_power));
  decimals := length(coalesce(v_parts[4], '')) - v_power;
  unit := case when v_parts[5] in ('%', 'per cent', 'percent') then 'percent' when v_parts[2] is not null then 'pounds' else 'number' end;
  at_least := v_parts[1] is not null or v_parts[6] is not null;
end $$;
comment on function figures.read_printed is 'figures.read_printed reads a figure as printed: 76%, £1.2m (1200000, to a hundred thousand: decimals -5), over 200. A null value: its words hold no number.';

create function figures.write(p_value numeric, p_unit text, p_decimals integer) returns text
language plpgsql immutable as $$
declare
  v_rounded constant numeric := round(p_value, p_decimals);
  v_text constant text := to_char(abs(v_rounded), 'FM999,999,999,999,990' || case when p_decimals > 0 then '.' || repeat('0', p_decimals) else '' end);
begin
  return case when v_rounded < 0 then '-' else '' end || case p_unit when 'pounds' then '£' || v_text when 'percent' then v_text || '%' else v_text end;
end $$;
comment on function figures.write is 'figures.write writes a number as figures of its unit are printed, to so many decimals.';

create function figures.suppressed_verdict(p_figure figures.figure, p_computed numeric, out verdict text, out why text)
language plpgsql immutable as $$
declare
  v_counts constant boolean := p_figure.report_column not like '%\_pence' and p_computed = trunc(p_computed) and p_figure.report_column !~ '^(percent|confidence|rating|gained$|average)';
begin
  verdict := case when v_counts and p_computed < p_figure.small_below then 'agrees' else 'cannot' end;
  why := case when not v_counts then 'Published suppressed: it is computed from counts, and suppressed with them.'
    when p_computed < p_figure.small_below then format('Published suppressed: a count below %s.', p_figure.small_below)
    else format('Published suppressed: the count is not below %s today; it may have been suppressed so that another cannot be worked out.', p_figure.small_below) end;
end $$;
comment on function figures.suppressed_verdict is 'figures.suppressed_verdict says whether a figure that was published as [c] is a small count today (REP-5).';

create function figures.verdict(p_figure figures.figure, p_computed numeric, p_base numeric, out verdict text, out why text)
language plpgsql immutable as $$
declare
  -- What the report rounds to is as exactly as it can be checked.
  v_decimals constant integer := least(p_figure.decimals, case when p_figure.unit = 'percent' then scale(p_computed) else p_figure.decimals end);
  v_same boolean;
begin
  if p_figure.small_below is not null and p_figure.report is not null and p_computed is not null then
    select s.verdict, s.why into verdict, why from figures.suppressed_verdict(p_figure, p_computed) s;
  elsif p_figure.value is null or p_figure.report is null or p_computed is null then
    verdict := 'cannot';
    why := case when p_figure.value is null and p_figure.small_below is not null then 'Published suppressed.' when p_figure.value is null then 'Its words hold no number.' when p_figure.report is null then 'No report tells it.'
      else 'The report has no such row, or nothing in it, on that day.' end;
  else
    v_same := case when p_figure.at_least then p_computed >= p_figure.value else round(p_computed, v_decimals) = round(p_figure.value, v_decimals) end;
    verdict := case when v_same and (p_figure.printed_base is null or p_base is null or p_base = p_figure.printed_base) then 'agrees' else 'differs' end;
    why := concat_ws(' ',
      case when v_same then null
        when not p_figure.at_least and trunc(p_computed, p_figure.decimals) = p_figure.value then format('%s rounds to %s; %s is cut off.',
          figures.write(p_computed, p_figure.unit, greatest(scale(p_computed), 0)), figures.write(p_computed, p_figure.unit, p_figure.decimals), p_figure.printed)
        else format('Printed %s, computed %s: %s%s.', p_figure.printed, figures.write(p_computed, p_figure.unit, greatest(scale(trim_scale(p_computed)), 0)),
          case when p_computed > p_figure.value then '+' else '' end, figures.write(p_computed - p_figure.value, p_figure.unit,
            greatest(scale(trim_scale(p_computed)), p_figure.decimals, 0))) end,
      case when p_figure.printed_base <> p_base then format('Printed of a base of %s, computed of %s.', p_figure.printed_base, trim_scale(p_base)) end,
      case when v_same and v_decimals < p_figure.decimals then format('Checked to %s decimal%s, as the report tells it.', v_decimals, case when v_decimals = 1 then '' else 's' end) end);
  end if;
  why := nullif(concat_ws(' ', nullif(why, ''), p_figure.reason), '');
end $$;
comment on function figures.verdict is 'figures.verdict says whether a printed figure and a computed one agree, differ, or cannot be held against each other, and why: what was cut off instead of rounded, another base, and the reason that is on record (REP-2).';
grant execute on function figures.read_printed, figures.write, figures.suppressed_verdict, figures.verdict to improve_exec;
