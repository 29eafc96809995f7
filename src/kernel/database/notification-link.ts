import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { abandon, type ConnectionTarget, openClient } from './connection.js';
import { enterRoleAndScope, platformScope } from './scope.js';

/** Milliseconds. */
const heartbeatInterval = 1_000;
/** The link counts as down if the last heartbeat is older than this. */
const heartbeatLateness = 3_000;
const reconnectDelay = { first: 100, longest: 5_000 };

/** One connection that listens, and one that sends the heartbeats that the other must receive. */
interface Connections {
  readonly listener: pg.Client;
  readonly sender: pg.Client;
  /** Resolves the pending heartbeat. */
  hear: (nonce: string, answer: string) => void;
}

/**
 * A connection that listens on one channel (PostgreSQL LISTEN), and is opened again when it is lost.
 *
 * Every heartbeat is a notification with a nonce that is sent over a second connection. It proves that the link is up
 * when the first connection receives it. The response to a query would prove too little: TCP alone can take minutes to
 * notice a dead peer, and a connection pooler in transaction mode answers queries but delivers no notifications to an
 * idle connection. PostgreSQL delivers notifications in commit order, so all earlier ones have been received too.
 */
export class NotificationLink {
  readonly #target: ConnectionTarget;
  readonly #channel: string;
  readonly #onPayload: (payload: string) => void;
  readonly #question: string;
  /** Used by this process only. */
  readonly #heartbeatChannel = `gatehouse_heartbeat_${randomUUID()}`;
  #answer = '';
  #connections: Connections | undefined;
  #lastProof = 0;
  #generation = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param question SQL expression with one text value, which is evaluated with every heartbeat */
  constructor(target: ConnectionTarget, channel: string, onPayload: (payload: string) => void, question = `''`) {
    this.#target = target;
    this.#channel = channel;
    this.#onPayload = onPayload;
    this.#question = question;
  }

  /** Makes the first attempt to connect; later ones follow automatically. */
  start(): Promise<void> {
    return this.#connect();
  }

  isUp(): boolean {
    return this.#connections !== undefined && performance.now() - this.#lastProof < heartbeatLateness;
  }

  /** The value of the question at the last heartbeat of this link: true of the state at `provenAt`, or later. */
  get answer(): string {
    return this.#answer;
  }

  /** The number of links so far: notifications may be missed between one link and the next. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Everything committed before this time has been received through this link; in milliseconds of the process clock.
   */
  get provenAt(): number {
    return this.#lastProof;
  }

  /** Seconds since the last heartbeat; since the process started if there was none. */
  get secondsSinceProof(): number {
    return (performance.now() - this.#lastProof) / 1000;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const connections = this.#connections;
    this.#connections = undefined;
    if (connections) letGo(connections);
  }

  async #connect(): Promise<void> {
    let connections: Connections | undefined;
    let provenAt: number;
    try {
      connections = await this.#open();
      provenAt = await this.#prove(connections);
    } catch {
      this.#drop(connections);
      return;
    }
    if (this.#closed) {
      letGo(connections);
      return;
    }
    const connected = connections;
    for (const client of [connected.listener, connected.sender]) client.once('end', () => this.#lose(connected));
    this.#connections = connected;
    this.#generation++;
    this.#failures = 0;
    this.#lastProof = provenAt;
    this.#schedule(heartbeatInterval, () => this.#beat(connected));
  }

  async #open(): Promise<Connections> {
    const { login } = this.#target;
    const listener = await openClient(login, 'gatehouse notifications', heartbeatLateness);
    try {
      const sender = await openClient(login, 'gatehouse heartbeat', heartbeatLateness);
      const connections: Connections = { listener, sender, hear: () => undefined };
      listener.on('notification', ({ channel, payload = '' }) => {
        if (channel === this.#channel) return this.#onPayload(payload);
        const [nonce = '', ...answer] = payload.split(' ');
        connections.hear(nonce, answer.join(' '));
      });
      const channels = [this.#channel, this.#heartbeatChannel].map(pg.escapeIdentifier);
      await listener.query(channels.map((channel) => `LISTEN ${channel}`).join('; ')).catch((error: unknown) => {
        abandon(sender);
        throw error;
      });
      return connections;
    } catch (error) {
      abandon(listener);
      throw error;
    }
  }

  /** Sends one heartbeat at a time. If it is not received, the link becomes late and is then closed. */
  #beat(connections: Connections): void {
    this.#prove(connections).then(
      (provenAt) => {
        if (this.#connections !== connections) return;
        this.#lastProof = provenAt;
        this.#schedule(heartbeatInterval, () => this.#beat(connections));
      },
      () => this.#lose(connections),
    );
  }

  /**
   * @returns when the heartbeat was sent, not when it was received: it may have been delayed, and commits made in the
   *   meantime come after it
   */
  async #prove(connections: Connections): Promise<number> {
    const sentAt = performance.now();
    const nonce = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<string>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The heartbeat was not received')), heartbeatLateness);
      connections.hear = (heardNonce, answer) => {
        if (heardNonce === nonce) resolve(answer);
      };
    });
    // If sending fails first, nobody awaits this promise.
    heard.catch(() => undefined);
    try {
      await connections.sender.query(this.#heartbeat(nonce));
      this.#answer = await heard;
      return sentAt;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A lost heartbeat is harmless, so its commit does not wait for the disk. */
  #heartbeat(nonce: string): string {
    const payload = `concat(${pg.escapeLiteral(`${nonce} `)}, ${this.#question})`;
    return [
      'BEGIN',
      enterRoleAndScope(this.#target.role, platformScope),
      'SET LOCAL synchronous_commit = off',
      `SELECT pg_notify(${pg.escapeLiteral(this.#heartbeatChannel)}, ${payload})`,
      'COMMIT',
    ].join('; ');
  }

  #lose(connections: Connections): void {
    if (this.#connections !== connections) return;
    this.#connections = undefined;
    this.#drop(connections);
  }

  /** Closes connections without waiting for responses, and tries again later. */
  #drop(connections: Connections | undefined): void {
    if (connections) letGo(connections);
    if (this.#closed) return;
    const delay = Math.min(reconnectDelay.longest, reconnectDelay.first * 2 ** this.#failures++);
    // Randomized, so that the replicas do not all reconnect at the same time when the database returns.
    this.#schedule(delay * (0.5 + Math.random() / 2), () => void this.#connect());
  }

  #schedule(delay: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, delay).unref();
  }
}

function letGo({ listener, sender }: Connections): void {
  abandon(listener);
  abandon(sender);
}
