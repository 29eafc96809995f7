import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import {
  samlProviderArn,
  type SamlProviderWithKeys,
  withPrivateKeys,
} from '../../iam/federation/saml-provider.target.js';
import { samlPrivateKeyOwner } from '../../iam/federation/saml-providers.service.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { attributesOf, directoryKeysOf, requestedOf, type RequestedSession, rolePairsOf } from './saml-attributes.js';
import { children, invalid, type XmlElement } from '../../iam/federation/saml-elements.js';
import { XmlReader } from '../../iam/federation/xml-reader.service.js';

const AWS_ENDPOINT = 'https://signin.aws.amazon.com/saml';
const NAME_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';
/** An assertion must be used within five minutes (IAM User Guide, "Troubleshoot SAML federation"). */
const FRESH_MILLISECONDS = 300_000;
/** By which the provider's clock may differ. */
const SKEW_MILLISECONDS = 60_000;

/** What a verified assertion says. */
export interface SamlIdentity extends RequestedSession {
  readonly subject: string;
  readonly subjectType: string;
  readonly issuer: string;
  readonly audience: string;
  readonly nameQualifier: string;
  /** Account and name of the provider, `saml:doc`. */
  readonly doc: string;
  /** Condition keys of what the directory says of the subject. */
  readonly directoryKeys: Readonly<Record<string, readonly string[]>>;
  /** Seconds until the provider's own session ends. */
  readonly longest: number;
}

/** Assertions of the SAML providers that an account has registered (SAML 2.0 Core §2, Profiles §4.1.4.3). */
@Injectable()
export class SamlAssertions {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
    private readonly xml: XmlReader,
    private readonly settings: Settings,
  ) {}

  /**
   * Verifies an assertion and uses it up: it is not good again, on whichever replica.
   *
   * @throws ApiError InvalidIdentityToken, ExpiredTokenException
   */
  async redeem(
    accountId: string,
    { roleArn, principalArn, samlAssertion }: { roleArn: string; principalArn: string; samlAssertion: string },
    now: Date,
  ): Promise<SamlIdentity> {
    const provider = await this.find(accountId, principalArn);
    if (provider.validUntil <= now) throw invalid('The metadata of the provider has expired.');
    const { entityId, signingCertificates } = await this.xml.readMetadata(provider.metadataDocument);
    const assertion = await this.xml.readAssertion(
      samlAssertion,
      signingCertificates,
      this.keysOf(provider, samlAssertion),
    );
    const issuer = text(children(assertion, 'Issuer'));
    if (issuer !== entityId) throw invalid('Issuer of the assertion is not the provider.');
    const recipient = this.requireMeant(assertion, now);
    const attributes = attributesOf(assertion);
    const isListed = rolePairsOf(attributes).some(
      (pair) => pair.length === 2 && pair.includes(roleArn) && pair.includes(principalArn),
    );
    if (!isListed) {
      throw new ApiError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithSAML');
    }
    const [name] = children(children(assertion, 'Subject')[0], 'NameID');
    if (!name?._) throw invalid('The assertion contains no subject.');
    const identity = {
      subject: name._,
      subjectType: (name.$?.['Format'] ?? `${NAME_FORMAT}unspecified`).replace(NAME_FORMAT, ''),
      issuer,
      audience: recipient,
      nameQualifier: createHash('sha1').update(`${issuer}${accountId}/${provider.name}`).digest('base64'),
      doc: `${accountId}/${provider.name}`,
      directoryKeys: directoryKeysOf(attributes),
      longest: secondsLeft(assertion, now),
      ...requestedOf(attributes),
    };
    await this.useUp(provider, assertion.$?.['ID'] ?? '', now);
    return identity;
  }

  private async find(accountId: string, arn: string): Promise<SamlProviderWithKeys> {
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    const provider = await this.database.forAccount(accountId, (tx) =>
      tx.samlProvider.findUnique({
        where: { accountId_nameKey: { accountId, nameKey: name.toLowerCase() } },
        include: withPrivateKeys,
      }),
    );
    if (provider && samlProviderArn(this.settings.partition, accountId, provider.name) === arn) return provider;
    throw invalid("Specified provider doesn't exist");
  }

  private keysOf(provider: SamlProviderWithKeys, response: string): string[] {
    const { accountId, uuid, encryptionMode, privateKeys } = provider;
    if (encryptionMode === null) return [];
    // Any assertion in the clear is refused, wherever it stands: what is only said to be encrypted proves nothing.
    const isInTheClear = /<(?:[\w.-]+:)?Assertion[\s>]/.test(Buffer.from(response, 'base64').toString('utf8'));
    if (encryptionMode === 'Required' && isInTheClear) throw invalid('The provider must encrypt its assertions.');
    return privateKeys.map(({ keyId, sealedKey }) =>
      this.secrets.open(sealedKey, samlPrivateKeyOwner(accountId, uuid, keyId)).toString('utf8'),
    );
  }

  /** @returns the recipient */
  private requireMeant(assertion: XmlElement, now: Date): string {
    const { publicUrl } = this.settings;
    const issued = timeOf(assertion, 'IssueInstant');
    if (issued === undefined || issued > now.getTime() + SKEW_MILLISECONDS) throw invalid('IssueInstant is not valid.');
    if (issued + FRESH_MILLISECONDS + SKEW_MILLISECONDS <= now.getTime()) throw expired();
    const [conditions, ...others] = children(assertion, 'Conditions');
    if (!conditions || others.length > 0) throw invalid('The assertion must have one Conditions element.');
    requireInTime(conditions, now);
    const audiences = ['urn:amazon:webservices', AWS_ENDPOINT, publicUrl];
    const restrictions = children(conditions, 'AudienceRestriction');
    const isMeant = restrictions.every((one) =>
      children(one, 'Audience').some(({ _: audience = '' }) => audiences.includes(audience.trim())),
    );
    if (restrictions.length === 0 || !isMeant) throw invalid('Incorrect token audience');
    const recipients = [AWS_ENDPOINT, `${publicUrl}/saml`];
    const confirmation = children(children(assertion, 'Subject')[0], 'SubjectConfirmation')
      .filter(({ $ }) => $?.['Method'] === 'urn:oasis:names:tc:SAML:2.0:cm:bearer')
      .flatMap((one) => children(one, 'SubjectConfirmationData'))
      .find(({ $ }) => recipients.includes($?.['Recipient'] ?? ''));
    if (!confirmation) throw invalid('The assertion is for another recipient.');
    if (timeOf(confirmation, 'NotOnOrAfter') === undefined)
      throw invalid('SubjectConfirmationData has no NotOnOrAfter.');
    requireInTime(confirmation, now);
    return confirmation.$!['Recipient']!;
  }

  private async useUp({ accountId, nameKey }: SamlProviderWithKeys, id: string, now: Date): Promise<void> {
    if (id === '') throw invalid('The assertion has no ID.');
    const assertionHash = new Uint8Array(createHash('sha256').update(id).digest());
    // INVARIANT: kept for longer than requireMeant accepts any IssueInstant.
    const expiresAt = new Date(now.getTime() + FRESH_MILLISECONDS + 3 * SKEW_MILLISECONDS);
    const { count } = await this.database.forAccount(accountId, async (tx) => {
      await tx.redeemedSamlAssertion.deleteMany({ where: { accountId, expiresAt: { lt: now } } });
      const data = { accountId, providerNameKey: nameKey, assertionHash, expiresAt };
      return tx.redeemedSamlAssertion.createMany({ data, skipDuplicates: true });
    });
    if (count === 0) throw invalid('The assertion has been used already.');
  }
}

function secondsLeft(assertion: XmlElement, now: Date): number {
  const ends = children(assertion, 'AuthnStatement').flatMap((one) => timeOf(one, 'SessionNotOnOrAfter') ?? []);
  const left = Math.floor((Math.min(...ends) - now.getTime()) / 1000);
  if (left <= 0) throw expired();
  return left;
}

function requireInTime(element: XmlElement, now: Date): void {
  const from = timeOf(element, 'NotBefore');
  const until = timeOf(element, 'NotOnOrAfter');
  if (from !== undefined && from > now.getTime() + SKEW_MILLISECONDS) throw invalid('The assertion is not yet valid.');
  if (until !== undefined && until + SKEW_MILLISECONDS <= now.getTime()) throw expired();
}

/** Milliseconds since 1970. */
function timeOf(element: XmlElement, attribute: string): number | undefined {
  const value = element.$?.[attribute];
  if (value === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw invalid(`${attribute} is not a time in UTC.`);
  return time;
}

function text(elements: readonly XmlElement[]): string {
  return elements.length === 1 ? (elements[0]!._ ?? '').trim() : '';
}

function expired(): ApiError {
  return new ApiError('ExpiredTokenException', 'Token must be redeemed within 5 minutes of issuance');
}
