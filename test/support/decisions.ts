import { RestClient } from './rest-client.js';

/** A bearer token for the operator, who may ask about every account. */
export async function accessTokenOf(baseUrl: string, email: string, password: string): Promise<string> {
  const { body } = await new RestClient(baseUrl).post('/v1/sign-in', { email, password });
  if (body.status !== 'signedIn') throw new Error(`Not signed in: ${JSON.stringify(body)}`);
  return body.accessToken as string;
}

/** Requests a decision on `orders:Get`. @returns the HTTP status, and the decision if there is one */
export async function askWhether(asker: RestClient, subject: { type: string; id: string }, resource: string) {
  const { status, body, headers } = await asker.post('/access/v1/evaluation', {
    subject,
    action: { name: 'orders:Get' },
    resource: { type: 'order', id: resource },
  });
  return { status, decision: body?.decision as boolean | undefined, headers };
}
