-- How often the sessions of the approver had been revoked when the request was accepted: the delegation ends with them.
ALTER TABLE "delegation_requests" ADD COLUMN "approver_revocations" INTEGER NOT NULL DEFAULT 0;
