-- CreateEnum
CREATE TYPE "account_contact_type" AS ENUM ('PRIMARY', 'BILLING', 'OPERATIONS', 'SECURITY');

-- AlterEnum
ALTER TYPE "account_status" ADD VALUE 'purged';

-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "closed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "account_contacts" (
    "account_id" CHAR(12) NOT NULL,
    "contact_type" "account_contact_type" NOT NULL,
    "details" JSONB NOT NULL,

    CONSTRAINT "account_contacts_pkey" PRIMARY KEY ("account_id","contact_type")
);

-- AddForeignKey
ALTER TABLE "account_contacts" ADD CONSTRAINT "account_contacts_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT gatehouse_protect_tenant_table('account_contacts');
