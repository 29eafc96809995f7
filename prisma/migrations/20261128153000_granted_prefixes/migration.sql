-- Prefixes beside its own that the operator lets a service ask about, verify signatures for and register workloads under.
ALTER TABLE "services" ADD COLUMN "granted_prefixes" TEXT[] DEFAULT ARRAY[]::TEXT[];
