import { createPublicKey, randomUUID } from 'node:crypto';
import type { TestCertificate } from '../support/certificates.js';
import { OidcIssuer } from '../support/oidc-issuer.js';
import { samlResponse, signed } from '../support/saml-response.js';
import { serviceWith, type TestService } from '../support/services.js';
import type { AccessKey, Tenant } from '../support/tenant.js';
import type { TestWorkload } from '../support/workloads.js';
import { full, iamArn, nameOfFull } from './full-account.js';
import type { Json } from './largest-input.js';
import { manyStatements } from './long-policies.js';
import { type Caller, SignIns } from './sign-ins.js';
import { actingService, largestMetadata } from './worst-inputs/files.js';
import { goodTemplate, largestTemplate } from './worst-inputs/templates.js';

const LONG_TAGS = Array.from({ length: 50 }, (_, index) => ({
  key: `k${index}`.padEnd(128, 'k'),
  value: 'v'.repeat(256),
}));
const TRUST_CHARACTERS = 2048;
export const ACTING_SERVICE = 'acting';
/** One of the services that fill the platform. */
export const OTHER_SERVICE = 'platform2';
const SAML_ISSUER = 'https://idp.example.com';

/**
 * The data that operations need to reach their work: services, providers, sessions and devices, of the maximum size.
 */
export class Prepared extends SignIns {
  service!: TestService;
  /** Of `OTHER_SERVICE`. */
  serviceAccessKeyId!: string;
  issuer!: OidcIssuer;
  /** A key of a user in the full account. */
  userKey!: AccessKey;
  /** A session of a role with many tags. */
  sessionKey!: AccessKey;
  serviceRoleArn!: string;
  assumedRoleArn!: string;
  samlProviderArn!: string;
  samlRoleArn!: string;
  webIdentityRoleArn!: string;
  templatePolicyArn!: string;
  tradeInToken!: string;
  sentRequestId!: string;
  organizationPath!: string;
  organizationJobId!: string;
  /** Values of input members by name. */
  known: Json = {};
  /** The last one that was created. */
  workload!: TestWorkload;

  constructor(
    account: Tenant,
    readonly operator: Tenant,
    private readonly certificate: TestCertificate,
  ) {
    super(account);
  }

  async prepare(): Promise<void> {
    await this.prepareService();
    await this.prepareRoles();
    await this.prepareFederation();
    await this.prepareMember();
    await this.prepareRows();
    await this.prepareTemplates();
    await this.prepareOrganization();
    await this.newWorkload();
    this.asMember = await this.signInMember();
  }

  async stop(): Promise<void> {
    await this.issuer?.stop();
  }

  private async prepareService(): Promise<void> {
    const { operator } = this;
    await this.post('/v1/services', { prefix: ACTING_SERVICE, ...actingService(ACTING_SERVICE) }, operator.rest);
    const { accessKey } = await this.post(`/v1/services/${ACTING_SERVICE}/access-keys`, {}, operator.rest);
    const another = await this.post(`/v1/services/${OTHER_SERVICE}/access-keys`, {}, operator.rest);
    this.serviceAccessKeyId = (another.accessKey as AccessKey).accessKeyId;
    this.service = serviceWith(operator.baseUrl, ACTING_SERVICE, accessKey as AccessKey);
  }

  /** Trusts a principal, after as many statements as fit. */
  private trust(statement: object): string {
    const filler = { Effect: 'Allow', Principal: { AWS: this.account.accountId }, Action: 'sts:AssumeRole' };
    const last = { Effect: 'Allow', ...statement };
    const left = TRUST_CHARACTERS - JSON.stringify({ Version: '2012-10-17', Statement: [last] }).length;
    const count = Math.floor(left / (JSON.stringify(filler).length + 1));
    return JSON.stringify({ Version: '2012-10-17', Statement: [...Array.from({ length: count }, () => filler), last] });
  }

  private async newRole(roleName: string, statement: object): Promise<string> {
    const { role } = await this.post('/v1/roles', {
      roleName: roleName.padEnd(64, 'x'),
      assumeRolePolicyDocument: this.trust(statement),
      maxSessionDuration: 43_200,
      path: full.path,
      tags: LONG_TAGS,
    });
    return (role as { arn: string }).arn;
  }

  private async prepareRoles(): Promise<void> {
    const { account, service } = this;
    const { accountId } = account;
    const userName = nameOfFull('u', 2, 64);
    this.userKey = (await this.post('/v1/access-keys', { userName })).accessKey as AccessKey;
    const AWS = iamArn(accountId, 'user', userName);
    const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    this.assumedRoleArn = await this.newRole('assumed', { Principal: { AWS }, Action });
    const Service = service.principal;
    this.serviceRoleArn = await this.newRole('service', { Principal: { Service }, Action: 'sts:AssumeRole' });
    const asUser = { call: this.signed(this.userKey) };
    const session = await this.post(
      '/v1/assume-role',
      { roleArn: this.assumedRoleArn, roleSessionName: 'session', tags: LONG_TAGS, policy: manyStatements(2_048) },
      asUser,
    );
    this.sessionKey = session.credentials as AccessKey;
    const newest = await this.post('/v1/access-keys', { userName: nameOfFull('u', 5, 64) });
    this.known.accessKeyId = (newest.accessKey as AccessKey).accessKeyId;
    await this.put('/v1/outbound-web-identity-federation');
  }

  private async prepareFederation(): Promise<void> {
    const provider = await this.post('/v1/saml-providers', {
      name: 'saml1'.padEnd(128, 'x'),
      samlMetadataDocument: largestMetadata(this.certificate.der),
      tags: LONG_TAGS,
    });
    this.samlProviderArn = provider.samlProviderArn as string;
    const ofSaml = {
      Principal: { Federated: this.samlProviderArn },
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    };
    this.samlRoleArn = await this.newRole('saml', ofSaml);
    this.issuer = await OidcIssuer.start();
    this.issuer.moreKeys.push(
      ...Array.from({ length: 98 }, (_, index) => ({ kty: 'oct', kid: `k${index}`, k: 'AAAA' })),
    );
    const clients = Array.from({ length: 99 }, (_, index) => `${index}`.padEnd(255, 'c'));
    const { openIdConnectProviderArn: Federated } = await this.post('/v1/oidc-providers', {
      url: this.issuer.url,
      clientIdList: [...clients, 'gatehouse'],
      tags: LONG_TAGS,
    });
    const Action = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'];
    this.webIdentityRoleArn = await this.newRole('web', { Principal: { Federated }, Action });
  }

  /** An assertion with about the maximum number of characters. */
  samlAssertion(): string {
    const tags = Array.from({ length: 50 }, (_, index) => [
      `PrincipalTag:${`t${index}`.padEnd(128, 't')}`,
      'v'.repeat(256),
    ]);
    const others = Array.from({ length: 200 }, (_, index) => [`urn:oid:1.2.3.${index}`, 'o'.repeat(60)]);
    const attributes = Object.fromEntries([...tags, ...others]) as Record<string, string>;
    const role = `${this.samlRoleArn},${this.samlProviderArn}`;
    const xml = samlResponse({ issuer: SAML_ISSUER, role, attributes });
    return Buffer.from(signed(xml, this.certificate.privateKey)).toString('base64');
  }

  /** A token with about the maximum number of characters. */
  webIdentityToken(): Promise<string> {
    const tags = Array.from({ length: 50 }, (_, index) => [`t${index}`.padEnd(64, 't'), ['v'.repeat(200)]]);
    const claim = { principal_tags: Object.fromEntries(tags) as object, transitive_tag_keys: [] };
    return this.issuer.token({ 'https://aws.amazon.com/tags': claim });
  }

  /** Rows of the full account that contain secrets, or that the API creates from files. */
  private async prepareRows(): Promise<void> {
    const { certificate, privateKey } = this.certificate;
    const chain = Array.from({ length: 10 }, () => certificate).join('\n');
    const serverCertificateName = 'c1'.padEnd(128, 'x');
    await this.post('/v1/server-certificates', {
      ...{ serverCertificateName, certificateBody: certificate, privateKey, certificateChain: chain, path: full.path },
      tags: LONG_TAGS,
    });
    const { userName } = full;
    const signing = await this.post('/v1/signing-certificates', { userName, certificateBody: certificate });
    const sshPublicKeyBody = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
    const ssh = await this.post(`/v1/users/${userName}/ssh-public-keys`, { sshPublicKeyBody });
    const service = await this.post(`/v1/users/${userName}/service-specific-credentials`, {
      serviceName: 'codecommit.amazonaws.com',
    });
    const { jobId } = await this.post('/v1/service-access-jobs', {
      arn: iamArn(this.account.accountId, 'user', userName),
      granularity: 'ACTION_LEVEL',
    });
    const { serviceSpecificCredentialId } = service.serviceSpecificCredential as Json;
    Object.assign(this.known, {
      ...{ serverCertificateName, jobId, serviceSpecificCredentialId },
      sshPublicKeyId: (ssh.sshPublicKey as Json).sshPublicKeyId,
      certificateId: (signing.certificate as Json).certificateId,
    });
  }

  private async prepareTemplates(): Promise<void> {
    const { accountId } = this.account;
    const { rest } = this.operator;
    await this.put('/v1/role-templates/largest', { version: largestTemplate, enabled: true }, rest);
    await this.put('/v1/role-templates/good', { version: goodTemplate(accountId), enabled: true }, rest);
    const Resource = Array.from({ length: 50 }, (_, index) => `arn:aws:iam::123456789012:user/@{p${1000 + index}}`);
    const Statement = { Effect: 'Allow', Action: 'iam:GetUser', Resource };
    const { policy } = await this.post('/v1/policies', {
      policyName: 'template',
      policyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    this.templatePolicyArn = (policy as { arn: string }).arn;
    const created = await this.post('/v1/delegation-requests', {
      description: 'd'.repeat(1000),
      permissions: { policyTemplateArn: iamArn(accountId, 'policy', nameOfFull('p', 2, 128)), parameters: [] },
      requestorWorkflowId: 'prepared',
      notificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
      sessionDuration: 3600,
    });
    const request = `/v1/delegation-requests/${created.delegationRequestId as string}`;
    await this.put(`${request}/owner`);
    await this.put(`${request}/acceptance`);
    await this.post(`${request}/token-release`);
    this.tradeInToken = (await this.post(`${request}/token`)).tradeInToken as string;
    this.sentRequestId = created.delegationRequestId as string;
  }

  private async prepareOrganization(): Promise<void> {
    const { rest } = this.operator;
    const { organization } = await this.send('GET', '/v1/organization', undefined, rest);
    const { organizationId, rootId } = organization as Record<string, string>;
    this.organizationPath = `${organizationId}/${rootId}`;
    const entityPath = this.organizationPath;
    this.organizationJobId = (await this.post('/v1/organization/access-reports', { entityPath }, rest)).jobId as string;
  }

  /** The longest ARN with the last format of the service. */
  newResourceArn(): string {
    const start = `arn:aws:${ACTING_SERVICE}:eu-1:${this.account.accountId}:last/${randomUUID()}`;
    return start.padEnd(255, 'ab');
  }

  async newWorkload(): Promise<TestWorkload> {
    const { account, service, serviceRoleArn } = this;
    const resourceArn = this.newResourceArn();
    const created = await this.post('/v1/workloads', { resourceArn, roleArn: serviceRoleArn }, service);
    const { workloadId } = created.workload as { workloadId: string };
    const path = `/v1/accounts/${account.accountId}/workloads/${workloadId}`;
    this.workload = { workloadId, path, resourceArn, token: created.authorizationToken as string };
    return this.workload;
  }

  /** As sent by AWS's container credential provider. */
  readonly asWorkload: Caller = {
    call: async (method, path) => {
      const { token } = this.workload;
      const response = await fetch(this.account.baseUrl + path, { method, headers: { authorization: token } });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
  };
}
