import * as iamCommands from '@aws-sdk/client-iam';
import * as stsCommands from '@aws-sdk/client-sts';
import type { Tenant } from '../support/tenant.js';

export type Outcome = { readonly answer: object } | { readonly error: readonly [string, number, string] };

type Command = new (input: object) => never;

function commandOf(operation: string): { service: 'iam' | 'sts'; Command: Command | undefined } {
  const [service, action] = operation.split(':') as ['iam' | 'sts', string];
  const commands = (service === 'iam' ? iamCommands : stsCommands) as unknown as Record<string, Command>;
  return { service, Command: commands[`${action}Command`] };
}

/** @param operation `iam:CreateUser` */
export function isOperationOfSdk(operation: string): boolean {
  return commandOf(operation).Command !== undefined;
}

/** Calls as the tenant's root user, through the unmodified SDK; names are AWS's. */
export async function call(tenant: Tenant, operation: string, input: object): Promise<Outcome> {
  const { service, Command } = commandOf(operation);
  const client = tenant[service] as unknown as { send(command: never): Promise<{ $metadata: unknown }> };
  try {
    const { $metadata: _, ...answer } = await client.send(new Command!(input));
    return { answer };
  } catch (thrown) {
    const { name, Code, message, $metadata } = thrown as {
      name: string;
      Code?: string;
      message: string;
      $metadata?: { httpStatusCode?: number };
    };
    return { error: [Code ?? name, $metadata?.httpStatusCode ?? 0, message] };
  }
}
