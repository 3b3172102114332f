-- What was charged each month of the financial years, by cause, net and gross?
select c.authority, d.financial_year, d.month_starts_on, c.cause, count(*) as charges, sum(c.net_pounds) as net_pounds, sum(c.gross_pounds) as gross_pounds
from reporting.charge c
join reporting.calendar_day d on d.authority = c.authority and d.day = c.charged_on
group by c.authority, d.financial_year, d.month_starts_on, c.cause
order by c.authority, d.month_starts_on, c.cause;
