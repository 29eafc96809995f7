import { newCertificate } from '../support/certificates.js';
import { samlMetadata } from '../support/saml-metadata.js';
import { samlResponse } from '../support/saml-response.js';

/** The thread is a compiled file, so the class is the compiled one. */
const { XmlReader } = (await import(
  new URL('../../dist/iam/federation/xml-reader.service.js', import.meta.url).href
)) as typeof import('../../src/iam/federation/xml-reader.service.js');

/** Threat: a document that takes too long ends the thread that parses XML, and all waiting requests are refused. */
it('reads the documents behind one that takes longer than it may', async () => {
  const { der } = await newCertificate('reader');
  const reader = new XmlReader();
  const response = Buffer.from(samlResponse({ issuer: 'https://idp.example', role: 'none' })).toString('base64');
  const keys = Array.from({ length: 200_000 }, () => 'none');
  const slow = reader.readAssertion(response, [der], keys);
  const others = [1, 2, 3].map((number) => reader.readMetadata(samlMetadata(`https://idp-${number}.example`, der)));
  await expect(slow).rejects.toMatchObject({ code: 'InvalidIdentityToken' });
  const read = await Promise.all(others);
  expect(read.map(({ entityId }) => entityId)).toEqual([1, 2, 3].map((number) => `https://idp-${number}.example`));
  await reader.onApplicationShutdown();
});
