import { newCertificate } from '../../../test/support/certificates.js';
import { samlMetadata } from '../../../test/support/saml-metadata.js';
import { readSamlMetadata } from './saml-metadata.js';

const { der } = await newCertificate('idp');
const document = samlMetadata('https://idp.example.com', der);

describe('readSamlMetadata', () => {
  it('reads who signs, with what, and where users go', () => {
    expect(readSamlMetadata(document)).toEqual({
      entityId: 'https://idp.example.com',
      singleSignOnUrls: ['https://idp.example.com/sso'],
      signingCertificates: [der],
      validUntil: undefined,
    });
  });

  it.each([
    ['not XML', 'this is text', 'not well-formed'],
    ['no entity', '<a/>', 'EntityDescriptor'],
    ['no identity provider', document.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'), 'IDPSSODescriptor'],
    ['no signing key', document.replace('use="signing"', 'use="encryption"'), 'no signing certificate'],
    ['a broken certificate', document.replace(der, `${der.slice(0, 100)}AAAA`), 'cannot be parsed'],
    ['no entity id', document.replace('entityID=', 'other='), 'entityID'],
    ['an end that is no time', document.replace('entityID=', 'validUntil="soon" entityID='), 'validUntil'],
  ])('refuses a document with %s', (_, text, message) => {
    expect(() => readSamlMetadata(text)).toThrow(message);
  });

  // Threat: entities that expand without limit ("billion laughs") or read files of the server.
  it.each([
    ['a doctype', document.replace('?>', '?><!DOCTYPE a [<!ENTITY x "x">]>')],
    ['an external entity', document.replace('?>', '?><!DOCTYPE a SYSTEM "file:///etc/passwd">')],
    ['one in another case', document.replace('?>', '?><!doctype a>')],
  ])('refuses %s', (_, text) => {
    expect(() => readSamlMetadata(text)).toThrow('document type');
  });
});
