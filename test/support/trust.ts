/** A trust policy of one statement that lets these principals assume the role, with session tags if they like. */
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

/** Trusted by the service that most examples of AWS name. */
export const ec2Trust = trust({ Service: 'ec2.amazonaws.com' });
