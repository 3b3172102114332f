-- Subscriptions are charged where they are ordered (MON-3), and what they give back is a credit of that charge. Those there are were billed by other
-- means: none is charged after the event, and what they give back is credited where they were billed.
set role improve_owner;

-- The default is for the rows there are; whatever is ordered from now on is charged here.
alter table sla.subscription add column billed_elsewhere boolean not null default true;
alter table sla.subscription alter column billed_elsewhere set default false;
comment on column sla.subscription.billed_elsewhere is 'True for orders from before orders were charged here: they were billed by other means, and have no charge.';

alter table sla.adjustment
  add column credit_id text,
  add foreign key (authority_id, credit_id) references money.charge,
  add constraint adjustment_has_its_credit unique (authority_id, credit_id);
comment on column sla.adjustment.credit_id is 'The credit, in money.charge; null where the subscription was billed elsewhere.';
reset role;
