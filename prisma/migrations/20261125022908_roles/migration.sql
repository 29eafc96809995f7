-- AlterTable
ALTER TABLE "identities" ADD COLUMN     "description" TEXT,
ADD COLUMN     "max_session_duration_seconds" INTEGER,
ADD COLUMN     "role_last_used_at" TIMESTAMPTZ(3),
ADD COLUMN     "role_last_used_region" TEXT,
ADD COLUMN     "trust_policy" TEXT;
