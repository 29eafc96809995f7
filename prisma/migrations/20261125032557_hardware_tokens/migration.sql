-- CreateTable
CREATE TABLE "hardware_tokens" (
    "serial_number" TEXT NOT NULL,
    "manufacturer" TEXT NOT NULL DEFAULT '',
    "sealed_seed" BYTEA NOT NULL,
    "type" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "digits" INTEGER NOT NULL,
    "period" INTEGER,
    "last_counter" BIGINT NOT NULL DEFAULT -1,
    "partition" TEXT,
    "claimed_by" CHAR(12),
    "claimed_at" TIMESTAMPTZ(3),
    "imported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hardware_tokens_pkey" PRIMARY KEY ("serial_number")
);

-- CreateIndex
CREATE INDEX "hardware_tokens_claimed_by_idx" ON "hardware_tokens"("claimed_by");

SELECT gatehouse_open_table_to_platform('hardware_tokens');
