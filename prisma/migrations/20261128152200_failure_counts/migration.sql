-- CreateTable
CREATE TABLE "failure_counts" (
    "account_id" CHAR(12) NOT NULL,
    "operation" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "recorded" INTEGER NOT NULL,
    "unrecorded" INTEGER NOT NULL,

    CONSTRAINT "failure_counts_pkey" PRIMARY KEY ("account_id","operation","subject")
);

-- CreateIndex
CREATE INDEX "failure_counts_window_start_idx" ON "failure_counts"("window_start");

SELECT gatehouse_open_table_to_platform('failure_counts');
