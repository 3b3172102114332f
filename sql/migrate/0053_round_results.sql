-- What a round of a fund came to in other authorities, as a source tells it: with that a place among them can be computed (S0: "most successful in the
-- region").
set role improve_owner;

create table funds.round_elsewhere (
  authority_id integer not null references auth.authority_scope,
  round_id text not null,
  other text not null,
  other_key text not null generated always as (lower(other)) stored,
  region text,
  bids integer not null,
  successful integer not null,
  pence bigint,
  source text not null,
  recorded_by uuid not null references auth.person,
  version integer not null default 1,
  primary key (authority_id, round_id, other_key),
  foreign key (authority_id, round_id) references funds.round,
  constraint round_elsewhere_words_length check (length(other) between 1 and 200 and length(region) between 1 and 100 and length(source) between 1 and 300),
  constraint round_elsewhere_counts check (bids between 0 and 10000 and successful between 0 and bids),
  constraint round_elsewhere_pence_range check (pence between 0 and 100000000000)
);
comment on table funds.round_elsewhere is 'Tenant: what a round came to in another authority, as a source tells it (FUN-1). Nothing of that authority is read.';
comment on column funds.round_elsewhere.authority_id is 'The authority that recorded it.';
comment on column funds.round_elsewhere.round_id is 'The round.';
comment on column funds.round_elsewhere.other is 'The other authority, by name.';
comment on column funds.round_elsewhere.other_key is 'That name in lower case.';
comment on column funds.round_elsewhere.region is 'Its region; null when not told.';
comment on column funds.round_elsewhere.bids is 'Bids submitted there.';
comment on column funds.round_elsewhere.successful is 'Those that were successful.';
comment on column funds.round_elsewhere.pence is 'Pence that these were given; null when not told.';
comment on column funds.round_elsewhere.source is 'Where that is told.';
comment on column funds.round_elsewhere.recorded_by is 'Who recorded it.';
comment on column funds.round_elsewhere.version is 'Counts the updates.';
comment on constraint round_elsewhere_words_length on funds.round_elsewhere is
  '{"reason":"TEXT_LENGTH","message":"A result has the authority''s name and a source.","field":"other","rule":"FUN-1","accepted":"1 to 200 characters"}';
comment on constraint round_elsewhere_counts on funds.round_elsewhere is
  '{"reason":"COUNTS_CROSS","message":"No more bids are successful than were submitted.","field":"successful","rule":"FUN-1","accepted":"0 to the number of bids"}';
comment on constraint round_elsewhere_pence_range on funds.round_elsewhere is
  '{"reason":"PENCE_OUT_OF_RANGE","message":"Bids are given some pence.","field":"pence","rule":"FUN-1","accepted":"0 to 100000000000 pence"}';

alter table funds.round_elsewhere enable row level security, force row level security;
grant select, insert, update on funds.round_elsewhere to improve_exec;
reset role;
