-- AlterTable
ALTER TABLE "password_recoveries" ADD COLUMN     "used_from" TEXT;

-- AlterTable
ALTER TABLE "throttles" ADD COLUMN     "expires_at" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '7 days'::interval),
ADD COLUMN     "subject" BYTEA;

-- CreateIndex
-- allowed: rows of the last seven days only
CREATE INDEX "throttles_expires_at_idx" ON "throttles"("expires_at");

-- CreateIndex
-- allowed: rows of the last seven days only
CREATE INDEX "throttles_subject_idx" ON "throttles"("subject");
