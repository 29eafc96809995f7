-- CreateEnum
CREATE TYPE "sign_in_step" AS ENUM ('mfa', 'passwordChange');

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "uses_cookie" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "sign_in_challenges" (
    "account_id" CHAR(12) NOT NULL,
    "challenge_id" TEXT NOT NULL,
    "principal_id" TEXT NOT NULL,
    "step" "sign_in_step" NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "uses_cookie" BOOLEAN NOT NULL,
    "mfa_state" TEXT,
    "mfa_authenticated_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_challenges_pkey" PRIMARY KEY ("account_id","challenge_id")
);

-- CreateTable
CREATE TABLE "password_recoveries" (
    "account_id" CHAR(12) NOT NULL,
    "recovery_id" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "password_recoveries_pkey" PRIMARY KEY ("account_id","recovery_id")
);

-- CreateTable
CREATE TABLE "throttles" (
    "key" BYTEA NOT NULL,
    "failures" DOUBLE PRECISION NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "blocked_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "throttles_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "sign_in_challenges_account_id_principal_id_idx" ON "sign_in_challenges"("account_id", "principal_id");

-- CreateIndex
CREATE INDEX "throttles_updated_at_idx" ON "throttles"("updated_at");

-- AddForeignKey
ALTER TABLE "sign_in_challenges" ADD CONSTRAINT "sign_in_challenges_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password_recoveries" ADD CONSTRAINT "password_recoveries_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('sign_in_challenges');
SELECT gatehouse_protect_tenant_table('password_recoveries');
SELECT gatehouse_open_table_to_platform('throttles');
