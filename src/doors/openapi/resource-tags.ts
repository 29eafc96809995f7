/** A group of the API page. */
interface ResourceTag {
  readonly name: string;
  readonly description: string;
  /** The first path segments of its operations, after the version. */
  readonly segments: readonly string[];
}

/** In the order of the API page: sign-in, the content of an account, sessions, the platform, insight. */
const RESOURCES: readonly ResourceTag[] = [
  tag(
    'Sign-in',
    'Sign-in and its steps, confirmation of email addresses, password recovery for root users.',
    ...['sign-in', 'email-confirmation', 'password-recovery'],
  ),
  tag('Sessions', 'The sign-in sessions of the caller.', 'session', 'sessions', 'sign-out'),
  tag(
    'Accounts',
    'Accounts of the platform: sign-up, aliases, settings, the root user.',
    ...['accounts', 'account', 'account-aliases', 'account-properties', 'root-user'],
    'security-token-service-preferences',
  ),
  tag('Users', 'Users, with their passwords, groups, policies, MFA devices and tags.', 'users', 'change-password'),
  tag('Groups', 'Groups, their members and policies.', 'groups'),
  tag(
    'Roles',
    'Roles, their trust policies and permissions, service-linked roles.',
    ...['roles', 'service-linked-roles', 'service-linked-role-deletions', 'pass-role-checks'],
  ),
  tag('Role templates', 'Roles that are created from templates.', 'role-templates'),
  tag('Instance profiles', 'Roles for machines.', 'instance-profiles'),
  tag('Policies', 'Managed policies and their versions.', 'policies', 'platform-policies'),
  tag('Resource policies', 'Policies of resources of registered services.', 'resource-policies'),
  tag('Access keys', 'Long-term keys of users.', 'access-keys'),
  tag(
    'MFA devices',
    'Virtual devices, security keys, passkeys, hardware tokens and recovery codes.',
    ...['mfa-devices', 'virtual-mfa-devices', 'security-keys', 'hardware-tokens', 'recovery-codes'],
  ),
  tag('Password policy', 'Requirements for the passwords of users.', 'password-policy'),
  tag('Identity providers', 'SAML and OpenID Connect providers.', 'oidc-providers', 'saml-providers'),
  tag(
    'Certificates and service credentials',
    'Server certificates, signing certificates, SSH public keys, service-specific credentials.',
    ...['server-certificates', 'signing-certificates', 'ssh-public-keys', 'service-specific-credentials'],
  ),
  tag(
    'Temporary credentials',
    'AWS STS: assumed roles, session tokens, identity tokens.',
    ...['assume-role', 'assume-role-with-saml', 'assume-role-with-web-identity', 'assume-root', 'federation-tokens'],
    ...['session-tokens', 'scoped-credentials', 'caller-identity', 'authorization-messages', 'web-identity-tokens'],
    'outbound-web-identity-federation',
  ),
  tag(
    'Delegation',
    'Requests for temporary access to an account.',
    ...['delegation-requests', 'delegated-access-tokens', 'human-readable-summary'],
  ),
  tag('Organization', 'The platform as an organization, and its features.', 'organization'),
  tag('Decisions', 'Authorization decisions: OpenID AuthZEN Authorization API 1.0.', 'authorize'),
  tag('Services', 'Services of the platform, their actions and resource types.', 'services'),
  tag(
    'Workloads',
    'Programs that run on behalf of a customer, and their credentials.',
    ...['workload', 'workloads', 'workload-credentials', 'workload-identity-token'],
  ),
  tag('Policy simulator', 'Simulation of policies.', 'policy-simulations'),
  tag(
    'Access advisor',
    'Last access to services, and unused permissions.',
    ...['service-access-jobs', 'policies-granting-service-access', 'least-privilege'],
  ),
  tag('Reports and findings', 'The credential report and security findings.', 'credential-report', 'security'),
  tag('Audit log', 'The audit log.', 'audit-events', 'cloudtrail'),
  tag('Tags', 'Search for resources by tags.', 'tag-keys', 'tag-values', 'tagged-resources'),
];

const bySegment = new Map(RESOURCES.flatMap(({ name, segments }) => segments.map((segment) => [segment, name])));

/** The groups with their descriptions, as OpenAPI's `tags`. */
export const resourceTags = RESOURCES.map(({ name, description }) => ({ name, description }));

/**
 * @param path `/v1/users/{userName}`
 * @returns the name of its group; the first segment itself if none is declared, which a test refuses
 */
export function resourceTagOf(path: string): string {
  const [, door, segment = ''] = path.split('/');
  // OpenID AuthZEN defines the paths of the decision API: /access/v1/….
  if (door === 'access') return 'Decisions';
  return bySegment.get(segment) ?? segment;
}

function tag(name: string, description: string, ...segments: string[]): ResourceTag {
  return { name, description, segments };
}
