import { generateKeyPairSync } from 'node:crypto';
import sshpk from 'sshpk';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const newKey = (modulusLength = 2048) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const toSsh = (pem: string) => `${sshpk.parseKey(pem, 'pem').toString('ssh').split(' ').slice(0, 2).join(' ')}`;

const pem = newKey();
const ssh = `${toSsh(pem)} ana@laptop`;

async function aUser({ call, unique }: CaseContext): Promise<{ userName: string }> {
  const userName = unique('user');
  await call('iam:CreateUser', { userName });
  return { userName };
}

async function aKey(context: CaseContext): Promise<{ userName: string; sshPublicKeyId: string }> {
  const user = await aUser(context);
  const { sshPublicKey } = await context.call('iam:UploadSSHPublicKey', { ...user, sshPublicKeyBody: ssh });
  return { ...user, sshPublicKeyId: sshPublicKey.sshPublicKeyId as string };
}

const noKey = async (context: CaseContext) => ({ ...(await aUser(context)), sshPublicKeyId: 'APKA'.padEnd(21, 'A') });

const keysOf = async ({ call }: CaseContext, userName: unknown) =>
  (await call('iam:ListSSHPublicKeys', { userName })).sshPublicKeys as Members[];

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:UploadSSHPublicKey',
    arrange: async (context) => ({ ...(await aUser(context)), sshPublicKeyBody: pem }),
    check: ({ sshPublicKey }, _, { userName }) => {
      const fingerprint = sshpk.parseKey(pem, 'pem').fingerprint('md5').toString();
      expect(sshPublicKey).toMatchObject({ userName, status: 'Active', fingerprint });
      expect(sshPublicKey.sshPublicKeyId).toMatch(/^APKA[A-Z2-7]{17}$/);
    },
    errors: {
      NoSuchEntity: ({ unique }) => ({ userName: unique('nobody'), sshPublicKeyBody: ssh }),
      UnrecognizedPublicKeyEncoding: async (context) => ({ ...(await aUser(context)), sshPublicKeyBody: 'a key' }),
      InvalidPublicKey: async (context) => ({ ...(await aUser(context)), sshPublicKeyBody: newKey(1024) }),
      // The same key in another encoding is the same key.
      DuplicateSSHPublicKey: async (context) => ({ userName: (await aKey(context)).userName, sshPublicKeyBody: pem }),
      LimitExceeded: async (context) => {
        const user = await aUser(context);
        for (let count = 0; count < 5; count += 1) {
          await context.call('iam:UploadSSHPublicKey', { ...user, sshPublicKeyBody: newKey() });
        }
        return { ...user, sshPublicKeyBody: ssh };
      },
    },
  },
  {
    operation: 'iam:GetSSHPublicKey',
    arrange: async (context) => ({ ...(await aKey(context)), encoding: 'PEM' }),
    check: async ({ sshPublicKey }, { call }, input) => {
      expect(sshPublicKey.sshPublicKeyBody.trim()).toBe(pem.trim());
      const asSsh = await call('iam:GetSSHPublicKey', { ...input, encoding: 'SSH' });
      expect(asSsh.sshPublicKey.sshPublicKeyBody).toBe(toSsh(pem));
    },
    errors: {
      NoSuchEntity: async (context) => ({ ...(await noKey(context)), encoding: 'SSH' }),
      ValidationError: async (context) => ({ ...(await aKey(context)), encoding: 'DER' }),
    },
  },
  {
    operation: 'iam:ListSSHPublicKeys',
    arrange: async (context) => ({ userName: (await aKey(context)).userName }),
    check: ({ sshPublicKeys }, _, { userName }) => {
      expect(sshPublicKeys).toEqual([expect.objectContaining({ userName, status: 'Active' })]);
    },
    errors: { NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }) },
  },
  {
    operation: 'iam:UpdateSSHPublicKey',
    arrange: async (context) => ({ ...(await aKey(context)), status: 'Inactive' }),
    check: async (_, context, { userName }) => {
      expect(await keysOf(context, userName)).toEqual([expect.objectContaining({ status: 'Inactive' })]);
    },
    errors: { NoSuchEntity: async (context) => ({ ...(await noKey(context)), status: 'Inactive' }) },
  },
  {
    operation: 'iam:DeleteSSHPublicKey',
    arrange: aKey,
    check: async (_, context, { userName }) => expect(await keysOf(context, userName)).toEqual([]),
    errors: { NoSuchEntity: noKey },
  },
];
