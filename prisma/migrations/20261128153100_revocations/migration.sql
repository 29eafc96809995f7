-- How often the sessions of a user, role or root user were revoked. Credentials carry the count that was valid when they were
-- issued; one with a lower count than its principal is refused.
ALTER TABLE "identities" ADD COLUMN "revocations" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "accounts" ADD COLUMN "root_revocations" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "sessions" ADD COLUMN "revocations" INTEGER NOT NULL DEFAULT 0;
