import { migrationProblems } from './migration-rule.js';

const name = '20270101000000_new';
const problems = (sql: string) => migrationProblems(name, sql);

it.each([
  'DROP TABLE "users";',
  'ALTER TABLE "users" DROP COLUMN "name";',
  'ALTER TABLE "users" RENAME COLUMN "name" TO "title";',
  'ALTER TABLE users RENAME TO people;',
  'ALTER TABLE "users" ALTER COLUMN "age" SET DATA TYPE BIGINT;',
  'alter table users alter column age type bigint;',
  'ALTER TABLE "users" ALTER COLUMN "age" SET NOT NULL;',
  'ALTER TABLE "users"\n  ADD COLUMN "age" INTEGER NOT NULL;',
  'CREATE INDEX "users_age" ON "users"("age");',
  'CREATE UNIQUE INDEX users_age ON users (age);',
  'ALTER TABLE "users" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "b"("a");',
  'ALTER TABLE "users" ADD CONSTRAINT "adult" CHECK (age > 17);',
  'ALTER TABLE "users" ADD CONSTRAINT "one" UNIQUE ("a");',
  'TRUNCATE users;',
  'LOCK TABLE users;',
  'UPDATE users SET age = 1;',
  'DELETE FROM users',
  '-- AlterTable\nALTER TABLE "a" ADD COLUMN "b" TEXT;\n\n-- DropTable\nDROP TABLE "c";',
])('finds what the version before cannot live with: %s', (sql) => {
  expect(problems(sql)).toHaveLength(1);
});

it.each([
  'CREATE TABLE "pets" ("id" TEXT NOT NULL, CONSTRAINT "p" PRIMARY KEY ("id"));\nCREATE INDEX "i" ON "pets"("id");\nALTER TABLE "pets" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "users"("id");',
  'ALTER TABLE "users" ADD COLUMN "age" INTEGER;',
  `ALTER TABLE "users" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'cat';`,
  'ALTER TABLE "users" ADD CONSTRAINT "adult" CHECK (age > 17) NOT VALID;',
  'ALTER TABLE "users" VALIDATE CONSTRAINT "adult";',
  'UPDATE users SET age = 1 WHERE id = 7;',
  `ALTER TYPE "kind" ADD VALUE 'dog';`,
  'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE users; END $$;',
  '-- allowed: unused since 0.3.0\nDROP TABLE "users";',
])('lets pass what it can live with: %s', (sql) => {
  expect(problems(sql)).toEqual([]);
});

it('takes an excuse for one statement alone', () => {
  expect(problems('-- allowed: unused since 0.3.0\nDROP TABLE "a";\nDROP TABLE "b";')).toEqual([
    expect.stringContaining('DROP TABLE "b"'),
  ]);
});

it('does not ask it of migrations before the first release', () => {
  expect(migrationProblems('20261125032000_audit_chain', 'DROP TABLE "audit_events";')).toEqual([]);
});
