-- Which VMs were deleted because their owner did not pay, in which episode, by which run; and whether a person had
-- approved it. The guard on bulk deletion counts them, whichever way a run was started.
--
-- Why:    a limit that only looks at one run is passed by starting several.
-- Locks:  new objects only; blocks nobody.
-- Before: there is no earlier release.
-- Data:   none lost.
CREATE TABLE dunning_teardowns (
  episode  bigint NOT NULL REFERENCES dunning_episodes (id),
  vm_id    text COLLATE "C" NOT NULL REFERENCES vms (id),
  run_id   bigint NOT NULL REFERENCES runs (id),
  at       timestamptz NOT NULL DEFAULT now(),
  approved boolean NOT NULL,
  PRIMARY KEY (episode, vm_id)
);
CREATE INDEX dunning_teardowns_at ON dunning_teardowns (at);
CREATE INDEX dunning_teardowns_vm ON dunning_teardowns (vm_id);
REVOKE DELETE ON dunning_teardowns FROM hubcap_hub;
