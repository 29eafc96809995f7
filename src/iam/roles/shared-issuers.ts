import { ApiError } from '../../kernel/errors/errors.js';
import { actionTestOf, type ConditionEntry, type PolicyDocument, type Statement } from 'gatehouse-policy-engine';

/**
 * Issuers that issue tokens to workloads of all their customers, and the claim that identifies the customer. A role
 * that trusts such an issuer without a condition on the claim trusts all customers.
 *
 * Source: IAM User Guide, "Identity-provider controls for shared OIDC providers".
 */
const CLAIMS: ReadonlyMap<string, string> = new Map([
  ['agent.buildkite.com', 'sub'],
  ['api.pulumi.com/oidc', 'aud'],
  ['app.terraform.io', 'sub'],
  ['cognito-identity.amazonaws.com', 'aud'],
  ['gitlab.com', 'sub'],
  ['oidc-configuration.audit-log.githubusercontent.com', 'sub'],
  ['oidc.circleci.com', 'sub'],
  ['oidc.codefresh.io', 'sub'],
  ['oidc.vercel.com', 'aud'],
  ['proidc.upbound.io', 'sub'],
  ['scalr.io', 'sub'],
  ['studio.datachain.ai/api', 'sub'],
  ['token.actions.githubusercontent.com', 'sub'],
  ['tokens.cloud.shisho.dev', 'sub'],
  ['vstoken.actions.githubusercontent.com', 'sub'],
]);

const OPERATORS = /^(?:ForAnyValue:)?String(?:Equals|EqualsIgnoreCase|Like)$/;

/** An Allow that every customer of a shared issuer satisfies. */
export interface OpenTrust {
  readonly issuer: string;
  /** The condition key that is missing, or that accepts any value. */
  readonly key: string;
}

/** @returns the issuer and key of the first such statement */
export function findOpenTrust({ statements }: PolicyDocument): OpenTrust | undefined {
  for (const statement of statements) {
    if (statement.effect !== 'Allow' || !actionTestOf(statement)('sts:AssumeRoleWithWebIdentity')) continue;
    for (const issuer of issuersOf(statement)) {
      const claim = CLAIMS.get(issuer);
      const key = `${issuer}:${claim}`;
      if (claim !== undefined && !statement.conditions.some((entry) => isSpecific(entry, key))) return { issuer, key };
    }
  }
  return undefined;
}

/** @throws ApiError MalformedPolicyDocument, like AWS for such a trust policy */
export function requireNoOpenTrust(document: PolicyDocument): void {
  const found = findOpenTrust(document);
  if (!found) return;
  throw new ApiError(
    'MalformedPolicyDocument',
    `${found.issuer} is shared by many organizations: the trust policy must have a condition on ${found.key} that names one of them.`,
  );
}

/** The OpenID Connect providers that a statement trusts, by ARN or by host name. */
function issuersOf({ principal }: Statement): string[] {
  const federated = (principal?.entries ?? []).filter(({ type }) => type === 'Federated');
  return federated.map(({ value }) => value.replace(/^arn:[^:]*:iam::\d{12}:oidc-provider\//, '').toLowerCase());
}

function isSpecific({ operator, key, values }: ConditionEntry, wanted: string): boolean {
  return OPERATORS.test(operator) && key.toLowerCase() === wanted && values.every(namesOwner);
}

/**
 * Whether a value begins with more than the name of a field: `repo:octo-org/*` is specific, while `*`, `repo:*` and
 * `repo:octo*` match several customers.
 */
function namesOwner(value: string): boolean {
  const wildcard = value.search(/[*?]|\$\{/);
  if (wildcard === -1) return value !== '';
  const literal = value.slice(0, wildcard);
  const [field = '', ...rest] = literal.split(':');
  if (field === 'repo' || field === 'project_path') return /^[^/]+\//.test(rest.join(':'));
  return rest.join(':') !== '' || (!value.includes(':') && literal !== '');
}
