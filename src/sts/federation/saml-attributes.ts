import { tagList, type Tags, toTags } from '../../kernel/tags.js';
import { sourceIdentity as sessionName } from '../sessions/sts.schema.js';
import { children, invalid, type XmlElement } from '../../iam/federation/saml-elements.js';

const ATTRIBUTE = 'https://aws.amazon.com/SAML/Attributes/';
const EDU_PERSON = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.';
const EDU_ORG = 'urn:oid:1.3.6.1.4.1.5923.1.2.1.';
const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const PILOT = 'urn:oid:0.9.2342.19200300.100.1.';

/**
 * Directory attributes that trust policies may use.
 *
 * Source: IAM User Guide, "Available keys for SAML-based AWS STS federation"; "eduPerson Object Class Specification".
 */
const DIRECTORY_KEYS: ReadonlyMap<string, string> = new Map([
  [`${EDU_PERSON}1`, 'saml:eduPersonAffiliation'],
  [`${EDU_PERSON}2`, 'saml:eduPersonNickname'],
  [`${EDU_PERSON}3`, 'saml:eduPersonOrgDN'],
  [`${EDU_PERSON}4`, 'saml:eduPersonOrgUnitDN'],
  [`${EDU_PERSON}5`, 'saml:eduPersonPrimaryAffiliation'],
  [`${EDU_PERSON}6`, 'saml:eduPersonPrincipalName'],
  [`${EDU_PERSON}7`, 'saml:eduPersonEntitlement'],
  [`${EDU_PERSON}8`, 'saml:eduPersonPrimaryOrgUnitDN'],
  [`${EDU_PERSON}9`, 'saml:eduPersonScopedAffiliation'],
  [`${EDU_PERSON}10`, 'saml:eduPersonTargetedID'],
  [`${EDU_PERSON}11`, 'saml:eduPersonAssurance'],
  [`${EDU_ORG}2`, 'saml:eduOrgHomePageURI'],
  [`${EDU_ORG}3`, 'saml:eduOrgIdentityAuthNPolicyURI'],
  [`${EDU_ORG}4`, 'saml:eduOrgLegalName'],
  [`${EDU_ORG}5`, 'saml:eduOrgSuperiorURI'],
  [`${EDU_ORG}6`, 'saml:eduOrgWhitePagesURI'],
  ['urn:oid:2.5.4.3', 'saml:cn'],
  ['urn:oid:2.5.4.4', 'saml:surname'],
  ['urn:oid:2.5.4.41', 'saml:name'],
  ['urn:oid:2.5.4.42', 'saml:givenName'],
  ['urn:oid:2.5.4.45', 'saml:x500UniqueIdentifier'],
  [`${PILOT}1`, 'saml:uid'],
  [`${PILOT}3`, 'saml:mail'],
  [`${PILOT}45`, 'saml:organizationStatus'],
  [`${CLAIMS}name`, 'saml:name'],
  [`${CLAIMS}givenname`, 'saml:givenName'],
  [`${CLAIMS}surname`, 'saml:surname'],
  [`${CLAIMS}emailaddress`, 'saml:mail'],
  ['http://schemas.xmlsoap.org/claims/CommonName', 'saml:commonName'],
  ['http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid', 'saml:primaryGroupSID'],
]);

/** All attributes of an assertion by their full names, each with its values. */
export type SamlAttributes = ReadonlyMap<string, readonly string[]>;

/** The session properties in an assertion. */
export interface RequestedSession {
  readonly roleSessionName: string;
  readonly sourceIdentity: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly tags: Tags | undefined;
  readonly transitive: string[] | undefined;
}

export function attributesOf(assertion: XmlElement): SamlAttributes {
  const found = new Map<string, string[]>();
  for (const attribute of children(assertion, 'AttributeStatement').flatMap((one) => children(one, 'Attribute'))) {
    const name = attribute.$?.['Name'] ?? '';
    const values = children(attribute, 'AttributeValue').map((value) => (value._ ?? '').trim());
    found.set(name, [...(found.get(name) ?? []), ...values]);
  }
  return found;
}

/** @returns the role and the provider of each value, in the given order */
export function rolePairsOf(attributes: SamlAttributes): string[][] {
  const pairs = attributes.get(`${ATTRIBUTE}Role`) ?? [];
  return pairs.map((value) => value.split(',').map((part) => part.trim()));
}

/** Condition keys from the directory attributes of the subject; each may have several values. */
export function directoryKeysOf(attributes: SamlAttributes): Record<string, readonly string[]> {
  const keys: Record<string, readonly string[]> = {};
  for (const [name, values] of attributes) {
    const key = DIRECTORY_KEYS.get(name);
    if (key !== undefined) keys[key] = [...(keys[key] ?? []), ...values];
  }
  return keys;
}

/**
 * Source: IAM User Guide, "Configure SAML assertions for the authentication response".
 *
 * @throws ApiError InvalidIdentityToken
 */
export function requestedOf(attributes: SamlAttributes): RequestedSession {
  const one = (name: string) => {
    const values = attributes.get(ATTRIBUTE + name) ?? [];
    if (values.length > 1) throw invalid(`${name} must have one value.`);
    return values[0];
  };
  const roleSessionName = sessionName.safeParse(one('RoleSessionName'));
  if (!roleSessionName.success) throw invalid('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}');
  const sourceIdentity = sessionName.optional().safeParse(one('SourceIdentity'));
  if (!sourceIdentity.success) throw invalid('SourceIdentity in AuthnResponse is not valid.');
  const duration = one('SessionDuration');
  const isDuration = duration !== undefined && /^\d{3,5}$/.test(duration) && +duration >= 900 && +duration <= 43_200;
  const prefix = `${ATTRIBUTE}PrincipalTag:`;
  const list = [...attributes.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ key: name.slice(prefix.length), value: one(name.slice(ATTRIBUTE.length)) ?? '' }));
  const tags = tagList.safeParse(list);
  const transitive = attributes.get(`${ATTRIBUTE}TransitiveTagKeys`);
  if (!tags.success || !(transitive ?? []).every((key) => list.some((tag) => tag.key === key))) {
    throw invalid('The session tags of the assertion are not valid.');
  }
  return {
    roleSessionName: roleSessionName.data,
    sourceIdentity: sourceIdentity.data,
    durationSeconds: isDuration ? Number(duration) : undefined,
    tags: list.length > 0 ? toTags(tags.data) : undefined,
    transitive: transitive && [...transitive],
  };
}
