import { randomBytes } from 'node:crypto';

/** 24 characters: 120 random bits, and a suffix with a character of every class that a password policy may require. */
export function generatePassword(): string {
  return `${randomBytes(15).toString('base64url')}aA1-`;
}
