-- Mails are found by their recipient through one index of all of them.
--
-- Why:    of an index of waiting mails alone PostgreSQL believes, from a moment when none waited, that it is empty, and then
--         reads all of it for each of a hundred thousand addresses that change.
-- Locks:  mails against writes while they are indexed: a second for some 500,000.
-- Before: release N-1 finds its mails by the new index too.
-- Data:   none lost.
CREATE INDEX mails_recipient ON mails (recipient);
DROP INDEX mails_waiting_recipient;
