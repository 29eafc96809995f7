-- CreateTable
CREATE TABLE "access_facts" (
    "account_id" CHAR(12) NOT NULL,
    "principal_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "last_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "last_allowed_at" TIMESTAMPTZ(3),
    "region" TEXT NOT NULL,

    CONSTRAINT "access_facts_pkey" PRIMARY KEY ("account_id","principal_id","service","action")
);

-- CreateTable
CREATE TABLE "service_access_jobs" (
    "account_id" CHAR(12) NOT NULL,
    "job_id" UUID NOT NULL,
    "requested_by" TEXT NOT NULL,
    "target_arn" TEXT NOT NULL,
    "granularity" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,
    "services" JSONB NOT NULL,

    CONSTRAINT "service_access_jobs_pkey" PRIMARY KEY ("account_id","job_id")
);

-- CreateTable
CREATE TABLE "credential_reports" (
    "account_id" CHAR(12) NOT NULL,
    "report_id" UUID NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "generated_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),
    "users_total" INTEGER NOT NULL DEFAULT 0,
    "users_done" INTEGER NOT NULL DEFAULT 0,
    "after_name_key" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "credential_reports_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "credential_report_chunks" (
    "account_id" CHAR(12) NOT NULL,
    "number" INTEGER NOT NULL,
    "content" TEXT NOT NULL,

    CONSTRAINT "credential_report_chunks_pkey" PRIMARY KEY ("account_id","number")
);

-- CreateTable
CREATE TABLE "finding_suppressions" (
    "account_id" CHAR(12) NOT NULL,
    "finding_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "suppressed_by" TEXT NOT NULL,
    "suppressed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "finding_suppressions_pkey" PRIMARY KEY ("account_id","finding_id")
);

-- CreateIndex
CREATE INDEX "access_facts_account_id_service_idx" ON "access_facts"("account_id", "service");

-- CreateIndex
CREATE INDEX "service_access_jobs_account_id_created_at_idx" ON "service_access_jobs"("account_id", "created_at");

-- AddForeignKey
ALTER TABLE "access_facts" ADD CONSTRAINT "access_facts_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_access_jobs" ADD CONSTRAINT "service_access_jobs_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_reports" ADD CONSTRAINT "credential_reports_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_report_chunks" ADD CONSTRAINT "credential_report_chunks_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "credential_reports"("account_id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "finding_suppressions" ADD CONSTRAINT "finding_suppressions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('credential_reports');
SELECT gatehouse_protect_tenant_table('credential_report_chunks');
SELECT gatehouse_protect_tenant_table('access_facts');
SELECT gatehouse_protect_tenant_table('service_access_jobs');
SELECT gatehouse_protect_tenant_table('finding_suppressions');
