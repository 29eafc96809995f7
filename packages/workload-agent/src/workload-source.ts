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

/**
 * The URL of Gatehouse, and the file with the workload's authorization token, which is read every time because it can
 * change.
 */
export interface SourceSettings {
  readonly url: string;
  readonly tokenFile: string;
}

/** The data that Gatehouse returns for the workload. While Gatehouse cannot be reached, the last response is used. */
export class WorkloadSource {
  private lastCredentials: Credentials | undefined;
  private lastWorkload: Workload | undefined;

  constructor(private readonly settings: SourceSettings) {}

  /**
   * @returns undefined if Gatehouse returns none (any more)
   * @throws Error while it cannot be reached and there are no valid ones
   */
  async credentials(): Promise<Credentials | undefined> {
    const last = this.lastCredentials;
    const answer = await this.ask('/v1/workload-credentials').catch((error: unknown) => {
      if (last && new Date(last.Expiration) > new Date()) return last;
      throw error;
    });
    if (answer === last) return last;
    const given = answer === undefined ? undefined : credentialsSchema.parse(answer);
    const isNew = given?.AccessKeyId !== last?.AccessKeyId;
    if (isNew) this.lastCredentials = given && { ...given, lastUpdated: new Date() };
    return this.lastCredentials;
  }

  /** @returns undefined if there is none (any more) @throws Error like `credentials` */
  async workload(): Promise<Workload | undefined> {
    const answer = await this.ask('/v1/workload').catch((error: unknown) => {
      if (this.lastWorkload) return { workload: this.lastWorkload };
      throw error;
    });
    this.lastWorkload = answer === undefined ? undefined : workloadSchema.parse(answer).workload;
    return this.lastWorkload;
  }

  /** @throws Error if Gatehouse cannot be reached or returns none */
  async identityToken(audience: string): Promise<z.output<typeof identityTokenSchema>> {
    const query = new URLSearchParams({ audience });
    const answer = await this.ask(`/v1/workload-identity-token?${query.toString()}`);
    if (answer === undefined) throw new Error('Gatehouse refused a token for this workload');
    return identityTokenSchema.parse(answer);
  }

  /** @returns undefined if Gatehouse refuses @throws Error if it cannot be reached */
  private async ask(path: string): Promise<unknown> {
    const authorization = (await readFile(this.settings.tokenFile, 'utf8')).trim();
    const response = await fetch(new URL(path, this.settings.url), {
      headers: { authorization },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (response.status >= 500) throw new Error(`Gatehouse responded with status ${response.status}`);
    return response.ok ? response.json() : undefined;
  }
}
