import { z } from 'zod';
import { matching } from './errors/validation.js';

/**
 * IAM's limits of names, paths and ARNs. Sources: IAM User Guide, "IAM and AWS STS quotas" (name requirements and
 * character limits) and the parameter constraints of the API reference.
 */
const NAME = /^[\w+=,.@-]+$/;

export const iamName = (parameter: string, maximum: number) =>
  matching(
    z.string().min(1).max(maximum),
    NAME,
    `The specified value for ${parameter} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );

/** The name of an existing user; a new one has up to 64 characters (`existingUserNameType` of the API reference). */
export const userName = iamName('userName', 128);
export const newUserName = iamName('userName', 64);
export const groupName = iamName('groupName', 128);
export const roleName = iamName('roleName', 64);
export const policyName = iamName('policyName', 128);
export const instanceProfileName = iamName('instanceProfileName', 128);

export const serverCertificateName = iamName('serverCertificateName', 128);

/** PEM of certificates and keys: printable text (parameter constraints of UploadServerCertificate). */
export const pem = (maximum: number) =>
  z
    .string()
    .min(1)
    .max(maximum)
    .regex(/^[\t\n\r\u0020-\u00ff]+$/);

/** For certificates: stored without leading and trailing white space, as AWS returns them. */
export const trimmedPem = (maximum: number) => pem(maximum).transform((text) => text.trim());

/** `/` or `/division/team/`, printable ASCII. */
const iamPath = (parameter: string) =>
  matching(
    z.string().min(1).max(512),
    /^(?:\/|\/[!-~]+\/)$/,
    `The specified value for ${parameter} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
  );
export const path = iamPath('path');
export const newPath = iamPath('newPath');

/** A path prefix of a list operation; it need not end with a slash. */
export const pathPrefix = matching(
  z.string().min(1).max(512),
  /^\/[!-~]*$/,
  'The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.',
);

export const arn = z.string().min(20).max(2048);

/** 12 digits. */
export const accountId = z.string().regex(/^\d{12}$/);

/** Source: IAM API reference, CreateAccountAlias. An alias of 12 digits would be ambiguous with an account ID. */
export const accountAlias = z
  .string()
  .min(3)
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/)
  .refine((alias) => !/^\d{12}$/.test(alias), { message: 'Member must not be a 12-digit number' });
