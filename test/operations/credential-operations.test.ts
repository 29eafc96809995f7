import type { AuthorizedOperation } from '../../src/operations/operation.js';
import { type DeclaredOperation, declaredOperations } from '../support/declared-operations.js';

/** Controllers with operations on credentials and authenticators. */
const CREDENTIAL_CONTROLLERS = [
  'AccessKeysController',
  'ChangePasswordController',
  'HardwareTokensController',
  'LoginProfilesController',
  'MfaDevicesController',
  'RootUserController',
  'SecurityKeysController',
  'ServiceAccessKeysController',
  'ServiceCredentialsController',
  'SigningCertificatesController',
  'SshPublicKeysController',
  'VirtualDevicesController',
];

/** The subject of an operation that changes credentials, by its name. */
const CREDENTIAL_NAME =
  /MFA|Mfa|SecurityKey|U2f|HardwareToken|RecoveryCode|LoginProfile|Password|AccessKey|ServiceSpecificCredential|SSHPublicKey|SigningCertificate|Email/;

/** Changes with such a name that create no credential. */
const OTHERS = [
  // Rules for passwords, not passwords.
  'iam:DeleteAccountPasswordPolicy',
  'iam:UpdateAccountPasswordPolicy',
  // Proves a credential, and changes none.
  'gatehouse:StepUpWithMfa',
  'iam:TagMFADevice',
  'iam:UntagMFADevice',
];

/**
 * Changes of credentials whose target is not the caller's own user or root user, or which require the old credential.
 */
const WITHOUT_STEP_UP = [
  'gatehouse:CreateServiceAccessKey',
  'gatehouse:DeleteHardwareToken',
  'gatehouse:DeleteServiceAccessKey',
  'gatehouse:ImportHardwareTokens',
  'gatehouse:UpdateServiceAccessKey',
  // The old password is part of the request.
  'iam:ChangePassword',
  // A device that is not enabled.
  'iam:CreateVirtualMFADevice',
  'iam:DeleteVirtualMFADevice',
  // Requires two codes of the device.
  'iam:ResyncMFADevice',
];

/** Operations that no customer policy permits, so none could deny them either: see decision 38. */
const OF_ROOT_OR_OPERATOR = ['gatehouse:ChangeRootEmail', 'gatehouse:ChangeRootPassword'];

type Declaration = Omit<AuthorizedOperation, 'handle'>;

const isChange = ({ accessLevel }: Declaration) => accessLevel !== 'List' && accessLevel !== 'Read';

/** Threat: an operation for strangers is added that verifies nothing, or that they may call without end. */
it('every operation without a caller has a credential, or counts requests, but for one', () => {
  const open = strangers.filter(({ access, throttle }) => access === 'public' && throttle === undefined);
  expect(open.map(({ name }) => name)).toEqual(['gatehouse:BeginPasskeySignIn']);
  // The token of a workload has 256 random bits, and whoever runs thousands of them asks often from one address.
  const uncounted = strangers.filter(({ throttle }) => throttle?.length === 0);
  expect(new Set(uncounted.map(({ credential }) => credential))).toEqual(new Set(['workloadToken']));
});

interface OfStrangers {
  readonly name: string;
  readonly access: string;
  readonly credential?: string;
  readonly throttle?: string | readonly string[];
}

let strangers: readonly OfStrangers[];
let operations: readonly (Omit<DeclaredOperation, 'declaration'> & { readonly declaration: Declaration })[];

beforeAll(async () => {
  const declared = await declaredOperations();
  const isForStrangers = ({ access }: { readonly access?: string }) => access === 'public' || access === 'credential';
  strangers = declared.map(({ declaration }) => declaration as unknown as OfStrangers).filter(isForStrangers);
  expect(strangers).toHaveLength(19);
  operations = declared
    .filter(({ declaration }) => !isForStrangers(declaration))
    .map(({ controller, declaration }) => ({ controller, declaration: declaration as Declaration }));
  expect(operations.length).toBeGreaterThan(150);
});

const namesOf = (which: (declaration: Declaration, controller: string) => boolean) =>
  operations
    .filter(({ declaration, controller }) => isChange(declaration) && which(declaration, controller))
    .map(({ declaration }) => declaration.name)
    .sort();

/** Threat: an operation is added that gives a thief a credential, and nobody considers its limits. */
describe('every change of credentials', () => {
  it('says that it is one', () => {
    const silent = namesOf(
      ({ name, changesCredentials }, controller) =>
        (CREDENTIAL_CONTROLLERS.includes(controller) || CREDENTIAL_NAME.test(name)) &&
        !OTHERS.includes(name) &&
        !changesCredentials,
    );
    expect(silent).toEqual([]);
  });

  it('requires a step-up, unless there is a reason', () => {
    const without = namesOf(({ changesCredentials, stepUp }) => changesCredentials === true && !stepUp);
    expect(without).toEqual(WITHOUT_STEP_UP);
  });

  it('of a customer’s users needs a permission of iam: too', () => {
    const alone = namesOf(
      ({ name, access, changesCredentials, alsoRequires }) =>
        changesCredentials === true && name.startsWith('gatehouse:') && access !== 'management' && !alsoRequires,
    );
    expect(alone).toEqual(OF_ROOT_OR_OPERATOR);
  });
});
