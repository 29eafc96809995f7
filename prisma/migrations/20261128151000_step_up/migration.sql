-- AlterEnum
ALTER TYPE "sign_in_step" ADD VALUE 'stepUpMfa';

-- AlterTable
ALTER TABLE "security_keys" ADD COLUMN     "signs_in_alone" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "proved_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "sign_in_challenges" ADD COLUMN     "session_id" TEXT;
