import { newCertificate } from '../support/certificates.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';
import { blueTeam, tagCases } from './harness/tag-cases.js';

const server = await newCertificate('server');
const other = await newCertificate('other');
const expired = await newCertificate('expired', new Date('2020-01-01'));
const keyPair = { certificateBody: server.certificate, privateKey: server.privateKey };

/** An account has few certificates, so each replaces the previous one. */
async function aServerCertificate({ call, unique }: CaseContext): Promise<{ serverCertificateName: string }> {
  const { serverCertificateMetadataList } = await call('iam:ListServerCertificates');
  for (const { serverCertificateName } of (serverCertificateMetadataList as Members[]).slice(0, 10)) {
    await call('iam:DeleteServerCertificate', { serverCertificateName });
  }
  const serverCertificateName = unique('certificate');
  await call('iam:UploadServerCertificate', { serverCertificateName, ...keyPair, tags: blueTeam });
  return { serverCertificateName };
}

const noServerCertificate = ({ unique }: CaseContext) => ({ serverCertificateName: unique('nothing') });

async function aUser({ call, unique }: CaseContext): Promise<{ userName: string }> {
  const userName = unique('user');
  await call('iam:CreateUser', { userName });
  return { userName };
}

/** A certificate belongs to one user of an account. */
async function aSigningCertificate(context: CaseContext): Promise<{ userName: string; certificateId: string }> {
  const user = await aUser(context);
  const { certificate: certificateBody } = await newCertificate('signer');
  const { certificate } = await context.call('iam:UploadSigningCertificate', { ...user, certificateBody });
  return { ...user, certificateId: certificate.certificateId as string };
}

const noSigningCertificate = async (context: CaseContext) => ({
  ...(await aUser(context)),
  certificateId: 'A'.repeat(32),
});

const certificatesOf = async ({ call }: CaseContext, userName: unknown) =>
  (await call('iam:ListSigningCertificates', { userName })).certificates as Members[];

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:UploadServerCertificate',
    arrange: ({ unique }) => ({
      serverCertificateName: unique('certificate'),
      path: '/cloudfront/',
      ...keyPair,
      certificateBody: `\n${server.certificate}\n`,
      certificateChain: `${server.certificate}\n`,
      tags: blueTeam,
    }),
    check: async ({ serverCertificateMetadata, tags }, { tenant, call }, { serverCertificateName }) => {
      expect(serverCertificateMetadata).toMatchObject({
        path: '/cloudfront/',
        arn: `arn:aws:iam::${tenant.accountId}:server-certificate/cloudfront/${serverCertificateName}`,
      });
      expect(serverCertificateMetadata.serverCertificateId).toMatch(/^ASCA[A-Z2-7]{17}$/);
      expect(tags).toEqual(blueTeam);
      const { serverCertificate } = await call('iam:GetServerCertificate', { serverCertificateName });
      expect(JSON.stringify(serverCertificate)).not.toContain('PRIVATE KEY');
      // Terraform plans a replacement if white space is returned.
      const { certificateBody, certificateChain } = serverCertificate;
      expect([certificateBody, certificateChain]).toEqual(Array(2).fill(server.certificate.trim()));
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { serverCertificateName } = await aServerCertificate(context);
        return { serverCertificateName: serverCertificateName.toUpperCase(), ...keyPair };
      },
      InvalidInput: ({ unique }) => ({
        serverCertificateName: unique('certificate'),
        ...keyPair,
        tags: [...blueTeam, ...blueTeam],
      }),
      MalformedCertificate: ({ unique }) => ({
        serverCertificateName: unique('certificate'),
        ...keyPair,
        certificateChain: other.certificate,
      }),
      KeyPairMismatch: ({ unique }) => ({
        serverCertificateName: unique('certificate'),
        certificateBody: server.certificate,
        privateKey: other.privateKey,
      }),
      LimitExceeded: async ({ call, unique, tenant }) => {
        const { serverCertificateMetadataList } = await call('iam:ListServerCertificates');
        for (let count = (serverCertificateMetadataList as Members[]).length; count < 20; count += 1) {
          await tenant.rest.post('/v1/server-certificates', { serverCertificateName: unique('filler'), ...keyPair });
        }
        return { serverCertificateName: unique('one-more'), ...keyPair };
      },
    },
  },
  {
    operation: 'iam:GetServerCertificate',
    arrange: aServerCertificate,
    check: ({ serverCertificate }) => {
      expect(serverCertificate).toMatchObject({ certificateBody: server.certificate, tags: blueTeam });
      const { expiration } = serverCertificate.serverCertificateMetadata as { expiration: string };
      expect(new Date(expiration).getUTCFullYear()).toBe(new Date().getUTCFullYear() + 10);
    },
    errors: { NoSuchEntity: noServerCertificate },
  },
  {
    operation: 'iam:ListServerCertificates',
    arrange: async (context) => {
      const pathPrefix = `/${context.unique('path')}/`;
      const { serverCertificateName } = await aServerCertificate(context);
      await context.call('iam:UpdateServerCertificate', { serverCertificateName, newPath: pathPrefix });
      return { pathPrefix };
    },
    check: ({ serverCertificateMetadataList, isTruncated }, _, { pathPrefix }) => {
      expect(serverCertificateMetadataList).toEqual([expect.objectContaining({ path: pathPrefix })]);
      expect(isTruncated).toBe(false);
    },
  },
  {
    operation: 'iam:UpdateServerCertificate',
    arrange: async (context) => ({
      ...(await aServerCertificate(context)),
      newServerCertificateName: context.unique('renamed'),
      newPath: '/new/',
    }),
    check: async (_, { call, tenant }, { newServerCertificateName: serverCertificateName }) => {
      const { serverCertificate } = await call('iam:GetServerCertificate', { serverCertificateName });
      expect(serverCertificate.serverCertificateMetadata.arn).toBe(
        `arn:aws:iam::${tenant.accountId}:server-certificate/new/${serverCertificateName}`,
      );
    },
    errors: {
      NoSuchEntity: noServerCertificate,
      EntityAlreadyExists: async (context) => {
        const { serverCertificateName: newServerCertificateName } = await aServerCertificate(context);
        const serverCertificateName = context.unique('certificate');
        await context.call('iam:UploadServerCertificate', { serverCertificateName, ...keyPair });
        return { serverCertificateName, newServerCertificateName };
      },
    },
  },
  {
    operation: 'iam:DeleteServerCertificate',
    arrange: aServerCertificate,
    check: async (_, { tenant }, { serverCertificateName }) => {
      expect((await tenant.rest.get(`/v1/server-certificates/${serverCertificateName}`)).status).toBe(404);
    },
    errors: { NoSuchEntity: noServerCertificate },
  },
  ...tagCases('ServerCertificate', aServerCertificate, noServerCertificate),
  {
    operation: 'iam:UploadSigningCertificate',
    arrange: async (context) => ({
      ...(await aUser(context)),
      certificateBody: (await newCertificate('signer')).certificate,
    }),
    check: ({ certificate }, _, { userName, certificateBody }) => {
      expect(certificate).toMatchObject({ userName, certificateBody, status: 'Active' });
      expect(certificate.certificateId).toMatch(/^\w{24,128}$/);
    },
    errors: {
      NoSuchEntity: ({ unique }) => ({ userName: unique('nobody'), certificateBody: server.certificate }),
      MalformedCertificate: async (context) => ({ ...(await aUser(context)), certificateBody: 'not a certificate' }),
      InvalidCertificate: async (context) => ({ ...(await aUser(context)), certificateBody: expired.certificate }),
      DuplicateCertificate: async (context) => {
        const { userName } = await aSigningCertificate(context);
        const [{ certificateBody }] = (await certificatesOf(context, userName)) as [Members];
        return { ...(await aUser(context)), certificateBody };
      },
      LimitExceeded: async (context) => {
        const { userName } = await aSigningCertificate(context);
        const { certificate: certificateBody } = await newCertificate('second');
        await context.call('iam:UploadSigningCertificate', { userName, certificateBody });
        return { userName, certificateBody: (await newCertificate('third')).certificate };
      },
    },
  },
  {
    operation: 'iam:ListSigningCertificates',
    arrange: async (context) => ({ userName: (await aSigningCertificate(context)).userName }),
    check: ({ certificates }, _, { userName }) => expect(certificates).toEqual([expect.objectContaining({ userName })]),
    errors: { NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }) },
  },
  {
    operation: 'iam:UpdateSigningCertificate',
    arrange: async (context) => ({ ...(await aSigningCertificate(context)), status: 'Inactive' }),
    check: async (_, context, { userName }) => {
      expect(await certificatesOf(context, userName)).toEqual([expect.objectContaining({ status: 'Inactive' })]);
    },
    errors: { NoSuchEntity: async (context) => ({ ...(await noSigningCertificate(context)), status: 'Inactive' }) },
  },
  {
    operation: 'iam:DeleteSigningCertificate',
    arrange: aSigningCertificate,
    check: async (_, context, { userName }) => expect(await certificatesOf(context, userName)).toEqual([]),
    errors: { NoSuchEntity: noSigningCertificate },
  },
];
