-- CreateEnum
CREATE TYPE "delegation_state" AS ENUM ('UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED', 'FINALIZED', 'REJECTED');

-- CreateTable
CREATE TABLE "delegation_requests" (
    "account_id" CHAR(12) NOT NULL,
    "request_id" TEXT NOT NULL,
    "workflow_id" TEXT NOT NULL,
    "owner_account_id" CHAR(12),
    "owner_arn" TEXT,
    "approver_arn" TEXT,
    "approver_id" TEXT,
    "requestor_name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "request_message" TEXT,
    "policy_template_arn" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "permission_policy" TEXT NOT NULL,
    "redirect_url" TEXT,
    "notification_channel" TEXT NOT NULL,
    "session_seconds" INTEGER NOT NULL,
    "only_send_by_owner" BOOLEAN NOT NULL,
    "state" "delegation_state" NOT NULL DEFAULT 'UNASSIGNED',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "notes" TEXT,
    "rejection_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sealed_token" BYTEA,

    CONSTRAINT "delegation_requests_pkey" PRIMARY KEY ("account_id","request_id")
);

-- CreateTable
CREATE TABLE "owned_delegation_requests" (
    "account_id" CHAR(12) NOT NULL,
    "request_id" TEXT NOT NULL,
    "owner_arn" TEXT NOT NULL,

    CONSTRAINT "owned_delegation_requests_pkey" PRIMARY KEY ("account_id","request_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "delegation_requests_account_id_workflow_id_key" ON "delegation_requests"("account_id", "workflow_id");

-- AddForeignKey
ALTER TABLE "delegation_requests" ADD CONSTRAINT "delegation_requests_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "owned_delegation_requests" ADD CONSTRAINT "owned_delegation_requests_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('delegation_requests');
SELECT gatehouse_protect_tenant_table('owned_delegation_requests');
