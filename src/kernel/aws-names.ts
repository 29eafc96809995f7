/** AWS names that do not follow the rule, by Gatehouse's names. For all others, the first letter becomes upper case. */
const irregular = {
  awsServiceName: 'AWSServiceName',
  clientId: 'ClientID',
  clientIdList: 'ClientIDList',
  mfaDevices: 'MFADevices',
  openIdConnectProviderArn: 'OpenIDConnectProviderArn',
  openIdConnectProviderList: 'OpenIDConnectProviderList',
  qrCodePng: 'QRCodePNG',
  resourceArn: 'ResourceARN',
  resourceArnList: 'ResourceARNList',
  samlAssertion: 'SAMLAssertion',
  samlMetadataDocument: 'SAMLMetadataDocument',
  samlProviderArn: 'SAMLProviderArn',
  samlProviderList: 'SAMLProviderList',
  samlProviderUuid: 'SAMLProviderUUID',
  sshPublicKey: 'SSHPublicKey',
  sshPublicKeyBody: 'SSHPublicKeyBody',
  sshPublicKeyId: 'SSHPublicKeyId',
  sshPublicKeys: 'SSHPublicKeys',
  virtualMfaDevice: 'VirtualMFADevice',
  virtualMfaDeviceName: 'VirtualMFADeviceName',
  virtualMfaDevices: 'VirtualMFADevices',
} as const;

const toIrregular = new Map<string, string>(Object.entries(irregular));
const fromIrregular = new Map<string, string>(Object.entries(irregular).map(([ours, aws]) => [aws, ours]));

/** `userName` to `UserName`. */
export function toAwsName(name: string): string {
  return toIrregular.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** `UserName` to `userName`. */
export function fromAwsName(name: string): string {
  return fromIrregular.get(name) ?? name.charAt(0).toLowerCase() + name.slice(1);
}
