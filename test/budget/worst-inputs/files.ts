import type { Json } from '../largest-input.js';

const SEED = '31323334353637383930313233343536';

/** A CSV file of hardware tokens. */
export function manyTokensCsv(count: number, prefix: string): string {
  const lines = Array.from({ length: count }, (_, index) => `${prefix}${index.toString(36).padStart(6, '0')},${SEED}`);
  return ['serialNumber,seed', ...lines].join('\n');
}

/** A PSKC file of hardware tokens, with at most this many characters. */
export function manyTokensPskc(characters: number, prefix: string): string {
  const start = '<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">';
  const packages: string[] = [];
  let length = 2 * start.length;
  for (let index = 0; ; index += 1) {
    const serialNumber = `${prefix}${index.toString(36).padStart(6, '0')}`;
    const secret = '<Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Ng==</PlainValue></Secret></Data>';
    const next = `<KeyPackage><Key Id="${serialNumber}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">${secret}</Key></KeyPackage>`;
    length += next.length;
    if (length > characters) return `${start}${packages.join('')}</KeyContainer>`;
    packages.push(next);
  }
}

/** A service definition that fills a body of one megabyte. */
export function largestService(prefix: string): Json {
  const resourceTypes = Array.from({ length: 50 }, (_, index) => `type${index}`.padEnd(40, 'x'));
  return {
    displayName: 'd'.repeat(128),
    servicePrincipal: `${prefix}.example.com`,
    grantedPrefixes: undefined,
    serviceLinkedRoleName: undefined,
    actions: Array.from({ length: 300 }, (_, index) => ({
      name: `Action${index}`.padEnd(100, 'x'),
      accessLevel: 'Read',
      description: 'd'.repeat(700),
      resourceTypes,
    })),
    resourceTypes: resourceTypes.map((name) => ({
      name,
      arnFormats: [`arn:\${Partition}:${prefix}:\${Region}:\${Account}:${name}/\${Id}`],
    })),
    conditionKeys: undefined,
  };
}

/** A service with the maximum number of ARN formats in a body of one megabyte, each of which is slow to match. */
export function actingService(prefix: string): Json {
  const start = `arn:\${Partition}:${prefix}:\${Region}:\${Account}`;
  const format = (index: number) => `${start}:last/\${A}${'b${A}'.repeat(80)}${index}a\${A}b`;
  const resourceTypes = Array.from({ length: 100 }, (_, type) => ({
    name: `type${type}`,
    arnFormats: Array.from({ length: 10 }, (__, index) =>
      type === 99 && index === 9 ? `${start}:last/\${Id}` : format(10 * type + index),
    ),
  }));
  return {
    displayName: 'd'.repeat(128),
    servicePrincipal: `${prefix}.example.com`,
    actions: [{ name: 'Do', accessLevel: 'Write' }],
    resourceTypes,
  };
}

/** SAML metadata with the maximum number of elements. */
export function largestMetadata(certificate: string): string {
  const service = (index: number) =>
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/${'p'.repeat(60)}${index}"/>`;
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>${Array.from({ length: 4_900 }, (_, index) => service(index)).join('')}</md:IDPSSODescriptor>
</md:EntityDescriptor>`;
}
