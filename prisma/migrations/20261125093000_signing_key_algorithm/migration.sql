-- AlterTable
ALTER TABLE "signing_keys" ADD COLUMN     "algorithm" TEXT NOT NULL DEFAULT 'EdDSA';
