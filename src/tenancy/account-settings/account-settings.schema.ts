import { z } from 'zod';

/** The maximum for an account; the API reference gives no number. */
const MAXIMUM_PROPERTIES = 100;

/** Source: IAM API reference, PutAccountProperties. */
const properties = z
  .record(
    z
      .string()
      .max(50)
      .regex(/^[A-Za-z][A-Za-z0-9/_-]*$/),
    z.string().min(1).max(1024),
  )
  .meta({ examples: [{ 'Example/Property': 'true' }] });

export const putAccountPropertiesInput = z.strictObject({
  properties: properties
    .refine((entries) => Object.keys(entries).length >= 1 && Object.keys(entries).length <= MAXIMUM_PROPERTIES, {
      message: `Member must have 1 to ${MAXIMUM_PROPERTIES} entries`,
    })
    .meta({ examples: [{ 'Example/Property': 'true' }] }),
});
export const accountPropertiesOutput = z.object({ properties });
export const emptyOutput = z.object({});
export const noInput = z.strictObject({});

/** Source: IAM API reference, SetSecurityTokenServicePreferences. */
export const securityTokenServicePreferencesInput = z.strictObject({
  globalEndpointTokenVersion: z.enum(['v1Token', 'v2Token']),
});

/** The principals whose sign-in requires MFA. */
const signInSettings = z
  .object({ mfaRequired: z.enum(['none', 'root', 'users', 'all']) })
  .meta({ id: 'SignInSettings' });
export const signInSettingsOutput = z.object({ signInSettings });
export const updateSignInSettingsInput = z.strictObject(signInSettings.shape);

/** Source: IAM API reference, EnableOutboundWebIdentityFederation and GetOutboundWebIdentityFederationInfo. */
export const outboundFederationOutput = z.object({ issuerIdentifier: z.string() });
export const outboundFederationInfoOutput = outboundFederationOutput.extend({ jwtVendingEnabled: z.boolean() });
