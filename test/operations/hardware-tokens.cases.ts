import { randomBytes } from 'node:crypto';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const newSerialNumber = () => `GAHT${randomBytes(6).toString('hex').toUpperCase()}`;

function csv(serialNumber: string): Members {
  const seed = randomBytes(20).toString('hex');
  return { format: 'csv', document: `serialNumber,seed,manufacturer\n${serialNumber},${seed},Acme\n` };
}

async function aToken({ call }: CaseContext): Promise<{ serialNumber: string }> {
  const serialNumber = newSerialNumber();
  await call('gatehouse:ImportHardwareTokens', csv(serialNumber));
  return { serialNumber };
}

const noToken = () => ({ serialNumber: newSerialNumber() });

const operationCase = (more: Omit<OperationCase, 'asManagement'>): OperationCase => ({ ...more, asManagement: true });

export const cases: readonly OperationCase[] = [
  operationCase({
    operation: 'gatehouse:ImportHardwareTokens',
    arrange: () => ({ ...csv(newSerialNumber()), partition: 'aws' }),
    check: ({ imported }) => expect(imported).toBe(1),
    errors: {
      InvalidInput: () => ({ format: 'pskc', document: '<KeyContainer/>' }),
      EntityAlreadyExists: async (context) => csv((await aToken(context)).serialNumber),
    },
  }),
  operationCase({
    operation: 'gatehouse:ListHardwareTokens',
    arrange: async (context) => ({ serialNumberPrefix: (await aToken(context)).serialNumber, status: 'free' }),
    check: ({ hardwareTokens, isTruncated }, _, { serialNumberPrefix: serialNumber }) => {
      expect(hardwareTokens).toEqual([
        {
          serialNumber,
          manufacturer: 'Acme',
          type: 'totp',
          algorithm: 'sha1',
          digits: 6,
          period: 30,
          importDate: expect.any(String),
        },
      ]);
      expect(isTruncated).toBe(false);
    },
  }),
  operationCase({
    operation: 'gatehouse:GetHardwareToken',
    arrange: aToken,
    check: ({ hardwareToken }, _, { serialNumber }) => {
      expect(hardwareToken).toMatchObject({ serialNumber });
      expect(JSON.stringify(hardwareToken)).not.toMatch(/seed/i);
    },
    errors: { NoSuchEntity: noToken },
  }),
  operationCase({
    operation: 'gatehouse:DeleteHardwareToken',
    arrange: aToken,
    check: async (_, { tenant }, { serialNumber }) => {
      expect((await tenant.rest.get(`/v1/hardware-tokens/${serialNumber}`)).status).toBe(404);
    },
    errors: {
      NoSuchEntity: noToken,
    },
  }),
];
