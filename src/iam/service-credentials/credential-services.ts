import { ApiError } from '../../kernel/errors/errors.js';

/** The form of a service's credentials: a user name with a password, or a key that is one secret. */
export type CredentialForm = 'password' | 'apiKey';

/** Source: IAM API reference, CreateServiceSpecificCredential. Only API keys can expire. */
const forms: Readonly<Record<string, CredentialForm>> = {
  'bedrock.amazonaws.com': 'apiKey',
  'cassandra.amazonaws.com': 'password',
  'codecommit.amazonaws.com': 'password',
  'logs.amazonaws.com': 'apiKey',
};

/**
 * The API reference lists the error NotSupportedService; AWS returns NoSuchEntity.
 *
 * @throws ApiError NoSuchEntity
 */
export function credentialFormOf(serviceName: string): CredentialForm {
  const form = Object.hasOwn(forms, serviceName) ? forms[serviceName] : undefined;
  if (form) return form;
  const message = `No such service ${serviceName} is supported for Service Specific Credentials`;
  throw new ApiError('NoSuchEntity', message);
}
