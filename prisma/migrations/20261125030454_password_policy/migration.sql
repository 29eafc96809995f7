-- CreateTable
CREATE TABLE "password_policies" (
    "account_id" CHAR(12) NOT NULL,
    "minimum_password_length" INTEGER NOT NULL,
    "require_symbols" BOOLEAN NOT NULL,
    "require_numbers" BOOLEAN NOT NULL,
    "require_uppercase_characters" BOOLEAN NOT NULL,
    "require_lowercase_characters" BOOLEAN NOT NULL,
    "allow_users_to_change_password" BOOLEAN NOT NULL,
    "max_password_age" INTEGER,
    "password_reuse_prevention" INTEGER,
    "hard_expiry" BOOLEAN,

    CONSTRAINT "password_policies_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "past_passwords" (
    "account_id" CHAR(12) NOT NULL,
    "user_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "password_hash" TEXT NOT NULL,

    CONSTRAINT "past_passwords_pkey" PRIMARY KEY ("account_id","user_id","number")
);

-- AddForeignKey
ALTER TABLE "password_policies" ADD CONSTRAINT "password_policies_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "past_passwords" ADD CONSTRAINT "past_passwords_account_id_user_id_fkey" FOREIGN KEY ("account_id", "user_id") REFERENCES "identities"("account_id", "identity_id") ON DELETE CASCADE ON UPDATE RESTRICT;

SELECT gatehouse_protect_tenant_table('password_policies');
SELECT gatehouse_protect_tenant_table('past_passwords');
