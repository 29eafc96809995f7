import { setTimeout as pause } from 'node:timers/promises';
import type { CaseContext, OperationCase } from './harness/operation-case.js';

async function aReport({ call }: CaseContext): Promise<object> {
  while ((await call('iam:GenerateCredentialReport')).state !== 'COMPLETE') await pause(50);
  return {};
}

/** ReportNotPresent, ReportInProgress and ReportExpired: test/reports. */
export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:GenerateCredentialReport',
    arrange: () => ({}),
    check: ({ state }) => expect(['STARTED', 'INPROGRESS', 'COMPLETE']).toContain(state),
  },
  {
    operation: 'iam:GetCredentialReport',
    arrange: aReport,
    check: ({ content, reportFormat, generatedTime }) => {
      const csv = typeof content === 'string' ? Buffer.from(content, 'base64') : Buffer.from(content as Uint8Array);
      expect(csv.toString()).toMatch(/^user,arn,user_creation_time,.*\n<root_account>,arn:aws:iam::\d{12}:root,/);
      expect(reportFormat).toBe('text/csv');
      expect(new Date(generatedTime as string).getTime()).toBeLessThanOrEqual(Date.now());
    },
  },
  {
    operation: 'gatehouse:GetCredentialReportProgress',
    arrange: aReport,
    check: ({ state, usersDone, usersTotal }) => {
      expect({ state, usersDone }).toEqual({ state: 'COMPLETE', usersDone: usersTotal as number });
    },
  },
];
