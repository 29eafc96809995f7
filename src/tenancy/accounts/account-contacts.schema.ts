import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { displayText } from '../../kernel/display-text.schema.js';
import { accountId } from '../../kernel/iam-names.schema.js';

/** Personal data, so it is excluded from the audit log, which outlives the account. */
const personal = (maximum: number) => secret(displayText(maximum));

/** Source: AWS Account Management API reference, ContactInformation. */
const contactInformation = z
  .strictObject({
    fullName: personal(50),
    companyName: personal(50).optional(),
    addressLine1: personal(60),
    addressLine2: personal(60).optional(),
    addressLine3: personal(60).optional(),
    city: personal(50),
    districtOrCounty: personal(50).optional(),
    stateOrRegion: personal(50).optional(),
    postalCode: personal(20),
    /** ISO 3166-1 alpha-2. */
    countryCode: secret(z.string().regex(/^[A-Z]{2}$/)),
    phoneNumber: secret(
      z
        .string()
        .max(20)
        .regex(/^\+[\s0-9()-]+$/),
    ),
    websiteUrl: personal(256).optional(),
  })
  .meta({ id: 'ContactInformation' });

/** Source: AWS Account Management API reference, AlternateContact. */
const alternateContactType = z.enum(['BILLING', 'OPERATIONS', 'SECURITY']);
const alternateContactMembers = {
  name: personal(64),
  title: personal(50),
  emailAddress: secret(
    z
      .string()
      .max(254)
      .regex(/^[\w+=.#|!&-]+@[\w.-]+\.\w+$/),
  ),
  phoneNumber: secret(
    z
      .string()
      .min(1)
      .max(25)
      .regex(/^[\s0-9()+-]+$/),
  ),
};
const alternateContact = z
  .object({ alternateContactType, ...alternateContactMembers })
  .meta({ id: 'AlternateContact' });

export const putContactInformationInput = z.strictObject({ accountId, contactInformation });
export const contactInformationOutput = z.object({ contactInformation });
export const alternateContactInput = z.strictObject({ accountId, alternateContactType });
export const putAlternateContactInput = alternateContactInput.extend(alternateContactMembers);
export const alternateContactOutput = z.object({ alternateContact });

export type ContactInformation = z.output<typeof contactInformation>;
export type AlternateContact = z.output<typeof alternateContact>;
