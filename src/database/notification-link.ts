import pg from 'pg';
import { abandon, type ConnectionTarget, openClient } from './connection.js';

/** Milliseconds. */
const heartbeatInterval = 1_000;
/** Older proof of life than this, and the link counts as down. */
const heartbeatLateness = 3_000;
const reconnectDelay = { first: 100, longest: 5_000 };

/**
 * A connection that listens on one channel (PostgreSQL LISTEN), made again when it is lost.
 *
 * A heartbeat over the same connection proves that it is alive: TCP alone can take minutes to notice a dead peer.
 */
export class NotificationLink {
  readonly #target: ConnectionTarget;
  readonly #channel: string;
  readonly #onPayload: (payload: string) => void;
  readonly #question: string;
  #answer = '';
  #client: pg.Client | undefined;
  #lastProof = 0;
  #generation = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param question SQL of one text, which every heartbeat asks */
  constructor(target: ConnectionTarget, channel: string, onPayload: (payload: string) => void, question = `SELECT ''`) {
    this.#target = target;
    this.#channel = channel;
    this.#onPayload = onPayload;
    this.#question = question;
  }

  /** The first attempt to connect; later ones follow by themselves. */
  start(): Promise<void> {
    return this.#connect();
  }

  isUp(): boolean {
    return this.#client !== undefined && performance.now() - this.#lastProof < heartbeatLateness;
  }

  /** To the question of the last heartbeat of this link: true of what was there at `provenAt`, or of something later. */
  get answer(): string {
    return this.#answer;
  }

  /** How many links there have been: notifications may be missed between one and the next. */
  get generation(): number {
    return this.#generation;
  }

  /** Everything committed before was heard of, by who listened through this link; in milliseconds of the process clock. */
  get provenAt(): number {
    return this.#lastProof;
  }

  /** Since the connection last proved to be alive; since the process started when it never has. */
  get secondsSinceProof(): number {
    return (performance.now() - this.#lastProof) / 1000;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (client) abandon(client);
  }

  async #connect(): Promise<void> {
    let client: pg.Client | undefined;
    let listensSince: number;
    try {
      client = await openClient(this.#target, 'gatehouse notifications', heartbeatLateness);
      client.on('notification', ({ payload }) => this.#onPayload(payload ?? ''));
      listensSince = performance.now();
      await client.query(`LISTEN ${pg.escapeIdentifier(this.#channel)}`);
      this.#answer = await this.#ask(client);
    } catch {
      this.#drop(client);
      return;
    }
    if (this.#closed) {
      abandon(client);
      return;
    }
    const connected = client;
    connected.once('end', () => this.#lose(connected));
    this.#client = connected;
    this.#generation++;
    this.#failures = 0;
    this.#lastProof = listensSince;
    this.#schedule(heartbeatInterval, () => this.#beat(connected));
  }

  /** One question at a time; one that stays unanswered makes the link late, and then it fails and the link is given up. */
  #beat(client: pg.Client): void {
    const askedAt = performance.now();
    this.#ask(client).then(
      (answer) => {
        if (this.#client !== client) return;
        this.#answer = answer;
        // Not the time of the answer: it may have been long under way, and what was committed meanwhile is behind it.
        this.#lastProof = askedAt;
        this.#schedule(heartbeatInterval, () => this.#beat(client));
      },
      () => this.#lose(client),
    );
  }

  async #ask(client: pg.Client): Promise<string> {
    const { rows } = await client.query<[string]>({ text: this.#question, rowMode: 'array' });
    return rows[0]?.[0] ?? '';
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#drop(client);
  }

  /** Lets go of a connection without waiting for its answer, and tries again later. */
  #drop(client: pg.Client | undefined): void {
    if (client) abandon(client);
    if (this.#closed) return;
    const delay = Math.min(reconnectDelay.longest, reconnectDelay.first * 2 ** this.#failures++);
    // A random share, so that the replicas of a database that comes back do not all connect at once.
    this.#schedule(delay * (0.5 + Math.random() / 2), () => void this.#connect());
  }

  #schedule(delay: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, delay).unref();
  }
}
