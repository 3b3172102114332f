-- Which columns of which views tell of something? Variable: word (school).
\if :{?word} \else \set word school \endif
select view_name, column_name, data_type, description, rules
from reporting.data_dictionary
where concat_ws(' ', view_name, column_name, description) ilike '%' || :'word' || '%'
order by view_name, column_position;
