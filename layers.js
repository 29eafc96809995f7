/**
 * The layers of the source, from the ground up: a file may import from its own layer and from those before it. ESLint
 * enforces it, and `npm run architecture-table` writes the table of docs/architecture.md from it.
 */
export const layers = [
  { name: 'generated', folder: 'src/generated', holds: 'the Prisma client, made from prisma/schema' },
  {
    name: 'kernel',
    folder: 'src/kernel',
    holds: 'configuration, database, clock, background work, secrets, mail, throttling, tracing, small helpers',
  },
  {
    name: 'access',
    folder: 'src/access',
    holds: 'callers: authentication strategies, principals and their caches, IamGuard',
  },
  { name: 'audit/trail', folder: 'src/audit/trail', holds: 'writing the audit log: events, chain, seals, retention' },
  {
    name: 'operations',
    folder: 'src/operations',
    holds: '`@Operation`, registry, the table of plans, their steps, recorder',
  },
  { name: 'audit', folder: 'src/audit', holds: 'operations on the audit log: list, search, export, verify' },
  {
    name: 'iam',
    folder: 'src/iam',
    holds: 'users, groups, roles, policies, keys, MFA devices, identity providers, certificates',
  },
  { name: 'tenancy', folder: 'src/tenancy', holds: 'accounts, their settings, the organization' },
  { name: 'sign-in', folder: 'src/sign-in', holds: 'sign-in and its steps, sessions, step-up, root user, recovery' },
  { name: 'sts', folder: 'src/sts', holds: 'role sessions, federation, web identity tokens, delegation' },
  {
    name: 'platform',
    folder: 'src/platform',
    holds: 'services of the platform, their workloads, decisions, resource policies',
  },
  { name: 'insight', folder: 'src/insight', holds: 'reports, access advisor, simulator, findings, account view' },
  { name: 'doors', folder: 'src/doors', holds: 'REST, the AWS protocols, pages, OpenAPI, HTTP settings' },
  { name: 'ops', folder: 'src/ops', holds: 'health, metrics, worker processes' },
  { name: 'main', folder: 'src', holds: 'the application: modules, server, start' },
  { name: 'ops/admin', folder: 'src/ops/admin', holds: 'commands for operators' },
];
