import autocannon from 'autocannon';

export const seconds = Number(process.env.SECONDS ?? 6);
export const connections = Number(process.env.CONNECTIONS ?? 32);

/** The requests, sent in turn, because signatures differ. */
export interface LoadRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** @throws Error if any response is wrong */
export async function shoot(url: string, requests: readonly LoadRequest[]): Promise<autocannon.Result> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: requests.map((request) => ({ method: 'POST', ...request })),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    const statuses = JSON.stringify(result.statusCodeStats);
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed, ${statuses}`);
  }
  return result;
}

export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1]!;
}
