import { generateKeyPairSync } from 'node:crypto';
import {
  CreateServiceSpecificCredentialCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
} from '@aws-sdk/client-iam';
import { newCertificate } from '../support/certificates.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { twoCodes } from '../support/totp.js';

/** Source: IAM API reference, DeleteUser: what must be deleted first. */
describe('a user cannot be deleted while it has', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await newTenant(sharedServer().baseUrl);
  });

  const post = async (path: string, body: object) => {
    const answer = await tenant.rest.post(path, body);
    if (answer.status >= 400) throw new Error(JSON.stringify(answer.body));
    return answer.body as Record<string, Record<string, string>>;
  };

  it.each([
    ['access keys', (userName: string) => post('/v1/access-keys', { userName })],
    [
      'login profile',
      (userName: string) => post(`/v1/users/${userName}/login-profile`, { password: 'User-password-1234' }),
    ],
    [
      'signing certificates',
      async (userName: string) =>
        post('/v1/signing-certificates', { userName, certificateBody: (await newCertificate('signer')).certificate }),
    ],
    [
      'SSH public keys',
      (userName: string) => {
        const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const sshPublicKeyBody = publicKey.export({ type: 'spki', format: 'pem' }).toString();
        return post(`/v1/users/${userName}/ssh-public-keys`, { sshPublicKeyBody });
      },
    ],
    [
      'service specific credentials',
      (userName: string) =>
        post(`/v1/users/${userName}/service-specific-credentials`, { serviceName: 'codecommit.amazonaws.com' }),
    ],
    [
      'MFA device',
      async (userName: string) => {
        const { virtualMfaDevice } = await post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: userName });
        const { serialNumber, base32StringSeed } = virtualMfaDevice!;
        const seed = Buffer.from(base32StringSeed!, 'base64').toString();
        return post('/v1/mfa-devices/enable', { userName, serialNumber, ...twoCodes(seed) });
      },
    ],
  ])('%s', async (what, give) => {
    const userName = `has-${what.replace(/ /g, '-')}`;
    await tenant.rest.post('/v1/users', { userName });
    await give(userName);
    const { status, body } = await tenant.rest.delete(`/v1/users/${userName}`);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'DeleteConflict',
      detail: `Cannot delete entity, must ${inWords(what)} first.`,
    });
  });

  it('memberships', async () => {
    await tenant.rest.post('/v1/users', { userName: 'member' });
    await tenant.rest.post('/v1/groups', { groupName: 'staff' });
    await tenant.rest.put('/v1/groups/staff/users/member');
    const { body } = await tenant.rest.delete('/v1/users/member');
    expect(body.detail).toBe('Cannot delete entity, must remove users from group first.');
  });
});

/** AWS's published example of self-service: each user manages its own credentials, by `${aws:username}`. */
describe('a user who may manage its own credentials', () => {
  it('manages them, and nobody else’s', async () => {
    const tenant = await newTenant(sharedServer().baseUrl);
    const ana = await tenant.addUser('ana', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'iam:*AccessKey*',
            'iam:*SigningCertificate*',
            'iam:*SSHPublicKey*',
            'iam:*ServiceSpecificCredential*',
            'iam:GetUser',
          ],
          Resource: 'arn:aws:iam::*:user/${aws:username}',
        },
      ],
    });
    await tenant.rest.post('/v1/users', { userName: 'bob' });
    const ServiceName = 'codecommit.amazonaws.com';
    await ana.iam.send(new CreateServiceSpecificCredentialCommand({ UserName: 'ana', ServiceName }));
    await ana.iam.send(new ListSigningCertificatesCommand({}));
    await ana.iam.send(new ListSSHPublicKeysCommand({ UserName: 'ana' }));
    for (const command of [
      new CreateServiceSpecificCredentialCommand({ UserName: 'bob', ServiceName }),
      new ListSigningCertificatesCommand({ UserName: 'bob' }),
      new ListSSHPublicKeysCommand({ UserName: 'bob' }),
    ]) {
      await expect(ana.iam.send(command as never)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });
});

/** AWS's message, which does not mention service-specific credentials. */
function inWords(what: string): string {
  return what === 'service specific credentials' ? 'remove referenced objects' : `delete ${what}`;
}
