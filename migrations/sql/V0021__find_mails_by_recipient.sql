-- Mails are found by their recipient through one index of all of them.
--
-- Why:    of an index of waiting mails alone PostgreSQL believes, from a moment when none waited, that it is empty, and then
--         reads all of it for each of a hundred thousand addresses that change.
-- Locks:  mails, against reads too, while they are indexed: a second for some 500,000.
-- Before: release N-1 works as before, and no faster.
-- Data:   none lost.

-- In this order: the lock of DROP is the stronger one, and taking it second could end in a deadlock with a mail on its way.
DROP INDEX mails_waiting_recipient;
CREATE INDEX mails_recipient ON mails (recipient);
