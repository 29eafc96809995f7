import { setTimeout as pause } from 'node:timers/promises';

/** The response of a server that is not overloaded. On a busy machine, 503 says nothing about the tested code. */
export async function served<Answer extends { readonly status: number }>(send: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await send();
    if (answer.status !== 503 || tries === 20) return answer;
    await pause(500);
  }
}
