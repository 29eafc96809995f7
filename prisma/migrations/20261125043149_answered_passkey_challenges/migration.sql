-- CreateTable
CREATE TABLE "answered_passkey_challenges" (
    "challenge" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "answered_passkey_challenges_pkey" PRIMARY KEY ("challenge")
);

-- CreateIndex
CREATE INDEX "answered_passkey_challenges_expires_at_idx" ON "answered_passkey_challenges"("expires_at");

SELECT gatehouse_open_table_to_platform('answered_passkey_challenges');
