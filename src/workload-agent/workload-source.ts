import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Milliseconds. */
const TIMEOUT = 5_000;

const credentialsSchema = z.object({
  RoleArn: z.string(),
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
  Expiration: z.iso.datetime(),
});
const workloadSchema = z.object({
  workload: z.object({
    accountId: z.string(),
    resourceArn: z.string(),
    roleArn: z.string().optional(),
    instanceProfileArn: z.string().optional(),
    instanceProfileId: z.string().optional(),
  }),
});

const identityTokenSchema = z.object({ token: z.string(), expiration: z.iso.datetime() });

export type Credentials = z.output<typeof credentialsSchema> & { readonly lastUpdated: Date };
export type Workload = z.output<typeof workloadSchema>['workload'];

/** Where Gatehouse is, and the file with the workload's authorization token: read every time, so that it can change. */
export interface SourceSettings {
  readonly url: string;
  readonly tokenFile: string;
}

/** What Gatehouse knows of the workload. */
export class WorkloadSource {
  private last: Credentials | undefined;

  constructor(private readonly settings: SourceSettings) {}

  /**
   * While Gatehouse cannot be reached, the last credentials are given on until they end.
   *
   * @returns undefined when Gatehouse gives none (any more)
   */
  async credentials(): Promise<Credentials | undefined> {
    const answer = await this.ask('/v1/workload-credentials');
    if (answer === 'unreachable')
      return this.last && new Date(this.last.Expiration) > new Date() ? this.last : undefined;
    if (answer === 'refused') this.last = undefined;
    else {
      const given = credentialsSchema.parse(answer);
      if (given.AccessKeyId !== this.last?.AccessKeyId) this.last = { ...given, lastUpdated: new Date() };
    }
    return this.last;
  }

  async workload(): Promise<Workload | undefined> {
    const answer = await this.ask('/v1/workload');
    return typeof answer === 'string' ? undefined : workloadSchema.parse(answer).workload;
  }

  /** @returns undefined when Gatehouse cannot be reached or gives none */
  async identityToken(audience: string): Promise<z.output<typeof identityTokenSchema> | undefined> {
    const answer = await this.ask(`/v1/workload-identity-token?audience=${encodeURIComponent(audience)}`);
    return typeof answer === 'string' ? undefined : identityTokenSchema.parse(answer);
  }

  private async ask(path: string): Promise<unknown> {
    try {
      const authorization = (await readFile(this.settings.tokenFile, 'utf8')).trim();
      const response = await fetch(new URL(path, this.settings.url), {
        headers: { authorization },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (response.status >= 500) return 'unreachable';
      return response.ok ? await response.json() : 'refused';
    } catch {
      return 'unreachable';
    }
  }
}
