-- AlterEnum
ALTER TYPE "sign_in_step" ADD VALUE 'mfaEnrolment';

-- AlterTable
ALTER TABLE "account_settings" ADD COLUMN     "mfa_required" TEXT NOT NULL DEFAULT 'none';
