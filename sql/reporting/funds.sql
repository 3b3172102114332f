-- Funds for SQL reporters: rounds and bids (FUN-1).
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

grant select on reporting.fund_round, reporting.fund_bid, reporting.fund_interest to reporting_reader;
