-- Funds for SQL reporters: rounds and bids (FUN-1), contributions, reserves, decisions and spends (FUN-2), commitments (FUN-3).
set role reporting_owner;

create view reporting.fund_round as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.round_id::varchar(20) as round_id, f.name::varchar(200) as fund,
  x.number as round, x.opens_on, x.closes_on, (case when x.last_resort then 'Yes' else 'No' end)::varchar(3) as last_resort, b.bids as bids,
  b.successful as successful, (x.awarded_pence / 100.0)::numeric(14, 2) as awarded_pounds, x.awarded_source::varchar(300) as awarded_source
from funds.round x
join funds.fund f on f.authority_id = x.authority_id and f.fund_id = x.fund_id
cross join lateral (
  select count(*) filter (where o.submitted_on is not null and o.ended_on is null)::integer as bids, count(*) filter (where o.status = 'successful')::integer as successful
  from funds.bid o where o.authority_id = x.authority_id and o.round_id = x.round_id
) b;
comment on view reporting.fund_round is 'Rounds of funds, with what their bids came to (FUN-1).';
comment on column reporting.fund_round.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_round.round_id is 'Reference of the round.';
comment on column reporting.fund_round.fund is 'Name of the fund.';
comment on column reporting.fund_round.round is 'Number of the round.';
comment on column reporting.fund_round.opens_on is 'First day on which bids could be submitted.';
comment on column reporting.fund_round.closes_on is 'Last day.';
comment on column reporting.fund_round.last_resort is 'Yes where the authority bids only when no partner leads, No otherwise.';
comment on column reporting.fund_round.bids is 'Bids submitted and not taken back.';
comment on column reporting.fund_round.successful is 'Bids that were successful.';
comment on column reporting.fund_round.awarded_pounds is 'What they were given together in pounds, where it was told for the round; null where each bid says its own.';
comment on column reporting.fund_round.awarded_source is 'Where that was told.';

create view reporting.fund_bid as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.bid_id::varchar(20) as bid_id, x.round_id::varchar(20) as round_id,
  x.title::varchar(300) as title, o.name::varchar(200) as lead, o.kind::varchar(40) as lead_kind, p.title::varchar(300) as priority,
  (x.pence / 100.0)::numeric(14, 2) as bid_pounds, x.status::varchar(20) as status, x.submitted_on, x.decided_on, n.givers as givers,
  n.receivers as receivers
from funds.bid x
join funds.organisation o on o.authority_id = x.authority_id and o.organisation_id = x.lead_id
left join funds.priority p on p.authority_id = x.authority_id and p.round_id = x.round_id and p.number = x.priority_number
cross join lateral (
  select count(*) filter (where y.role = 'giver')::integer as givers, count(*) filter (where y.role = 'receiver')::integer as receivers
  from funds.bid_party y where y.authority_id = x.authority_id and y.bid_id = x.bid_id
) n;
comment on view reporting.fund_bid is 'Bids in the rounds of funds (FUN-1).';
comment on column reporting.fund_bid.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_bid.bid_id is 'Reference of the bid.';
comment on column reporting.fund_bid.round_id is 'Reference of the round.';
comment on column reporting.fund_bid.title is 'What it is for.';
comment on column reporting.fund_bid.lead is 'The organisation that leads.';
comment on column reporting.fund_bid.lead_kind is 'Its kind.';
comment on column reporting.fund_bid.priority is 'The priority of the round that it is for; null for none.';
comment on column reporting.fund_bid.bid_pounds is 'What it asks for or was given, in pounds; null when not known.';
comment on column reporting.fund_bid.status is 'intended, submitted, successful, unsuccessful, withdrawn or stood_down.';
comment on column reporting.fund_bid.submitted_on is 'Day of its submission; null before.';
comment on column reporting.fund_bid.decided_on is 'Day of the decision; null before.';
comment on column reporting.fund_bid.givers is 'Schools and organisations that give support.';
comment on column reporting.fund_bid.receivers is 'Schools that receive support.';

create view reporting.fund_interest as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.interest_id::varchar(20) as interest_id, x.round_id::varchar(20) as round_id,
  x.school_urn as urn, o.name::varchar(200) as organisation, array_to_string(x.wants, ', ')::varchar(60) as wants, x.priority_number,
  (case when x.withdrawn_at is null then 'No' else 'Yes' end)::varchar(3) as withdrawn
from funds.interest x
left join funds.organisation o on o.authority_id = x.authority_id and o.organisation_id = x.organisation_id;
comment on view reporting.fund_interest is 'Who would be part of bids (FUN-1).';
comment on column reporting.fund_interest.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_interest.interest_id is 'Reference of the interest.';
comment on column reporting.fund_interest.round_id is 'Reference of the round.';
comment on column reporting.fund_interest.urn is 'URN of the school, the one it had then; null for an organisation.';
comment on column reporting.fund_interest.organisation is 'The organisation; null for a school.';
comment on column reporting.fund_interest.wants is 'giver, receiver, lead.';
comment on column reporting.fund_interest.priority_number is 'Number of the priority; null for any.';
comment on column reporting.fund_interest.withdrawn is 'Yes when it was taken back, No otherwise.';

create view reporting.fund_contribution as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.contribution_id::varchar(20) as contribution_id, f.name::varchar(200) as fund,
  x.name::varchar(200) as contribution, x.source::varchar(20) as source, x.category::varchar(200) as category,
  x.financial_year as financial_year_begins, (x.pence / 100.0)::numeric(14, 2) as contribution_pounds,
  (x.drawn_pence / 100.0)::numeric(14, 2) as drawn_pounds, x.agreed_on,
  array_to_string(x.allocation_chain, ', then ')::varchar(500) as allocation_chain,
  array_to_string(x.authority_chain, ', then ')::varchar(500) as authority_chain, m.other::varchar(20) as matches
from funds.contribution x
join funds.fund f on f.authority_id = x.authority_id and f.fund_id = x.fund_id
left join lateral (
  select case y.first_id when x.contribution_id then y.second_id else y.first_id end as other
  from funds.match y where y.authority_id = x.authority_id and x.contribution_id in (y.first_id, y.second_id)
) m on true;
comment on view reporting.fund_contribution is 'What funds are made of (FUN-2). What is agreed is told by recommendations and their decisions.';
comment on column reporting.fund_contribution.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_contribution.contribution_id is 'Reference of the contribution.';
comment on column reporting.fund_contribution.fund is 'Name of the fund.';
comment on column reporting.fund_contribution.contribution is 'Whose money it is.';
comment on column reporting.fund_contribution.source is 'reserve, council, grant, schools or partner.';
comment on column reporting.fund_contribution.category is 'Kind of expenditure that it is for; null where none is asked.';
comment on column reporting.fund_contribution.financial_year_begins is 'Year in which its financial year begins: 2015 for 2015/16.';
comment on column reporting.fund_contribution.contribution_pounds is 'What is put in, in pounds.';
comment on column reporting.fund_contribution.drawn_pounds is 'What was spent of it, in pounds.';
comment on column reporting.fund_contribution.agreed_on is 'Day on which whoever gives it agreed; null where bodies decide, and before.';
comment on column reporting.fund_contribution.allocation_chain is 'Bodies that approve the allocation, in order; empty for none.';
comment on column reporting.fund_contribution.authority_chain is 'Bodies that give authority to spend, in order; empty for none.';
comment on column reporting.fund_contribution.matches is 'Reference of the contribution that it matches; null for none.';

create view reporting.fund_reserve as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, r.name::varchar(200) as reserve, x.as_at,
  (x.balance_pence / 100.0)::numeric(16, 2) as balance_pounds, r.budget_name::varchar(200) as budget,
  (x.budget_pence / 100.0)::numeric(16, 2) as budget_pounds, x.budget_is::varchar(10) as budget_is,
  round(100.0 * x.balance_pence / x.budget_pence, 2)::numeric(7, 2) as share_percent, (x.risks_pence / 100.0)::numeric(16, 2) as risks_pounds
from funds.reserve_statement x
join funds.reserve r on r.authority_id = x.authority_id and r.reserve_id = x.reserve_id
where x.superseded_at is null;
comment on view reporting.fund_reserve is 'What reserves held on the days for which it was stated (FUN-2).';
comment on column reporting.fund_reserve.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_reserve.reserve is 'Name of the reserve.';
comment on column reporting.fund_reserve.as_at is 'The day.';
comment on column reporting.fund_reserve.balance_pounds is 'Its balance in pounds.';
comment on column reporting.fund_reserve.budget is 'The budget that its share is told of.';
comment on column reporting.fund_reserve.budget_pounds is 'That budget in pounds: the base of the share.';
comment on column reporting.fund_reserve.budget_is is 'stated; or implied by the share that was printed.';
comment on column reporting.fund_reserve.share_percent is 'The balance in per cent of the budget.';
comment on column reporting.fund_reserve.risks_pounds is 'What the risks against it are valued at, in pounds.';

create view reporting.fund_recommendation as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.paper_id::varchar(20) as paper_id, p.title::varchar(300) as paper,
  p.body::varchar(200) as body, p.meeting_on as meeting_on, p.item_type as item_type, x.number, x.what::varchar(2000) as recommendation,
  x.contribution_id::varchar(20) as contribution_id, x.gives::varchar(20) as gives, (x.pence / 100.0)::numeric(14, 2) as recommended_pounds,
  x.outcome::varchar(20) as outcome, x.decided_on
from funds.recommendation x
join funds.paper p on p.authority_id = x.authority_id and p.paper_id = x.paper_id;
comment on view reporting.fund_recommendation is 'What papers recommended to bodies, and what was decided (FUN-2).';
comment on column reporting.fund_recommendation.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_recommendation.paper_id is 'Reference of the paper.';
comment on column reporting.fund_recommendation.paper is 'Title of the paper.';
comment on column reporting.fund_recommendation.body is 'The body that it was for.';
comment on column reporting.fund_recommendation.meeting_on is 'Day of its meeting.';
comment on column reporting.fund_recommendation.item_type is 'In a schools forum: 1 approval, 2 and 3 consultation, 4 information; null elsewhere.';
comment on column reporting.fund_recommendation.number is 'Number of the recommendation in the paper.';
comment on column reporting.fund_recommendation.recommendation is 'What is recommended.';
comment on column reporting.fund_recommendation.contribution_id is 'Reference of the contribution that it is about; null for none.';
comment on column reporting.fund_recommendation.gives is 'allocation, or authority to spend; null for neither.';
comment on column reporting.fund_recommendation.recommended_pounds is 'How much, in pounds; null for the whole contribution.';
comment on column reporting.fund_recommendation.outcome is 'approved, refused, deferred, noted or rescinded; null before the decision.';
comment on column reporting.fund_recommendation.decided_on is 'Day of the decision; null before.';

create view reporting.fund_spend as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.spend_id::varchar(20) as spend_id,
  x.contribution_id::varchar(20) as contribution_id, f.name::varchar(200) as fund, x.spent_on, (x.pence / 100.0)::numeric(14, 2) as spent_pounds,
  x.what::varchar(300) as what, x.category::varchar(200) as category, x.school_urn as urn, x.reverses::varchar(20) as reverses
from funds.spend x
join funds.contribution c on c.authority_id = x.authority_id and c.contribution_id = x.contribution_id
join funds.fund f on f.authority_id = c.authority_id and f.fund_id = c.fund_id;
comment on view reporting.fund_spend is 'What was spent of funds, and what was taken back (FUN-2).';
comment on column reporting.fund_spend.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_spend.spend_id is 'Reference of the spend.';
comment on column reporting.fund_spend.contribution_id is 'Reference of the contribution.';
comment on column reporting.fund_spend.fund is 'Name of the fund.';
comment on column reporting.fund_spend.spent_on is 'When.';
comment on column reporting.fund_spend.spent_pounds is 'How much in pounds; below zero where it takes another back.';
comment on column reporting.fund_spend.what is 'What for.';
comment on column reporting.fund_spend.category is 'Kind of expenditure; null where none is asked.';
comment on column reporting.fund_spend.urn is 'URN of the school that it was spent on; null for none.';
comment on column reporting.fund_spend.reverses is 'Reference of the spend that it takes back; null for none.';

create view reporting.fund_budget_line as
select lpad(x.authority_id::text, 3, '0')::varchar(3) as authority, x.budget_id::varchar(20) as budget_id, b.title::varchar(200) as budget,
  b.starts_on as starts_on, b.ends_on as ends_on, x.number, x.what::varchar(300) as line, x.quantity, x.unit::varchar(60) as unit,
  x.second_quantity, x.second_unit::varchar(60) as second_unit, (x.rate_pence / 100.0)::numeric(14, 2) as rate_pounds,
  (x.pence / 100.0)::numeric(14, 2) as line_pounds, (x.printed_pence / 100.0)::numeric(14, 2) as printed_pounds,
  x.printed_reason::varchar(1000) as printed_reason, x.delivered_by::varchar(20) as delivered_by, x.delivered_key::varchar(60) as delivered_key
from funds.budget_line x
join funds.budget b on b.authority_id = x.authority_id and b.budget_id = x.budget_id;
comment on view reporting.fund_budget_line is 'Budgets line by line, with how each sum comes about (FUN-3).';
comment on column reporting.fund_budget_line.authority is 'DfE code of the authority, three digits.';
comment on column reporting.fund_budget_line.budget_id is 'Reference of the budget.';
comment on column reporting.fund_budget_line.budget is 'Title of the budget.';
comment on column reporting.fund_budget_line.starts_on is 'First day of the budget.';
comment on column reporting.fund_budget_line.ends_on is 'Last day.';
comment on column reporting.fund_budget_line.number is 'Number of the line.';
comment on column reporting.fund_budget_line.line is 'What it pays for.';
comment on column reporting.fund_budget_line.quantity is 'How many; null for a lump.';
comment on column reporting.fund_budget_line.unit is 'Of what; null for a lump.';
comment on column reporting.fund_budget_line.second_quantity is 'How many of each; null for none.';
comment on column reporting.fund_budget_line.second_unit is 'Of what; null for none.';
comment on column reporting.fund_budget_line.rate_pounds is 'What one costs, in pounds; null for a lump.';
comment on column reporting.fund_budget_line.line_pounds is 'Its sum in pounds.';
comment on column reporting.fund_budget_line.printed_pounds is 'The sum that was printed, in pounds; null when none was.';
comment on column reporting.fund_budget_line.printed_reason is 'Why that differs; null where it does not.';
comment on column reporting.fund_budget_line.delivered_by is 'What counts against it: visits, meetings or spend.';
comment on column reporting.fund_budget_line.delivered_key is 'Purpose of the visits, or kind of network; null for spend.';

grant select on reporting.fund_round, reporting.fund_bid, reporting.fund_interest, reporting.fund_contribution, reporting.fund_reserve, reporting.fund_recommendation, reporting.fund_spend, reporting.fund_budget_line to reporting_reader;
