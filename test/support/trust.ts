/** A trust policy with one statement that lets these principals assume the role, optionally with session tags. */
export function trust(principal: object, condition?: object): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  });
}

/** Trusted by the service in most of AWS's examples. */
export const ec2Trust = trust({ Service: 'ec2.amazonaws.com' });
