import type { ManagementAccount } from './tenancy/accounts/management-account.service.js';

/** The text that is printed when the server listens. */
export function banner(url: string, { accountId, email, generatedPassword }: ManagementAccount): string {
  const password = generatedPassword ?? '<the root password>';
  const shown =
    generatedPassword === undefined ? [] : [`  Password        ${password}   (generated now, shown only once)`];
  return [
    '',
    `Gatehouse is ready at ${url}`,
    '',
    `  API page        ${url}/docs`,
    `  Account         ${accountId} (management)`,
    `  Root user       ${email}`,
    ...shown,
    '',
    'Sign in, and create an access key with the accessToken of the response:',
    '',
    `  curl -s ${url}/v1/sign-in -H 'content-type: application/json' \\`,
    `    -d '{"email":"${email}","password":"${password}"}'`,
    `  curl -s ${url}/v1/access-keys -H 'content-type: application/json' -d '{}' \\`,
    `    -H 'authorization: Bearer <accessToken>'`,
    '',
    'Use the AWS CLI:',
    '',
    '  export AWS_ACCESS_KEY_ID=<accessKeyId> AWS_SECRET_ACCESS_KEY=<secretAccessKey> AWS_DEFAULT_REGION=us-east-1',
    `  aws iam get-user --endpoint-url ${url}`,
    '',
    '',
  ].join('\n');
}
