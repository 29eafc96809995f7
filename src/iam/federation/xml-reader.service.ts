import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ApiError, type ErrorCode } from '../../kernel/errors/errors.js';
import type { SamlMetadata } from './saml-metadata.js';
import type { XmlElement } from './saml-elements.js';

/**
 * Milliseconds per document. A document within the limits of `requireBoundedXml` takes about ten, the start of the
 * thread a second.
 */
const TIME_LIMIT = 5_000;
const MEMORY_MEGABYTES = 128;
const MAXIMUM_WAITING = 50;
/** Maximum number of providers whose parsed metadata is cached. */
const MAXIMUM_KEPT = 500;

export type XmlJob =
  | { readonly type: 'metadata'; readonly document: string }
  | {
      readonly type: 'assertion';
      readonly response: string;
      readonly certificates: readonly string[];
      readonly decryptionKeys: readonly string[];
    };

/** A code is that of an `ApiError`; a message without a code is an internal error. */
export type XmlAnswer = { readonly value: unknown } | { readonly code?: ErrorCode; readonly message: string };

interface Waiting {
  readonly job: XmlJob;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** For a document that exceeds the limits. */
  readonly outOfLimits: () => ApiError;
}

/**
 * Parses XML from strangers, one document at a time, in a separate thread with limits on time and memory: however a
 * parser handles a document, only other requests with XML wait for it.
 */
@Injectable()
export class XmlReader implements OnApplicationShutdown {
  private readonly logger = new Logger(XmlReader.name);
  private readonly metadata = new LRUCache<string, SamlMetadata>({ max: MAXIMUM_KEPT });
  /** In order; the thread processes the first. */
  private readonly waiting: Waiting[] = [];
  private worker: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @throws ApiError InvalidInput like `readSamlMetadata`; Throttling */
  async readMetadata(document: string): Promise<SamlMetadata> {
    const key = createHash('sha256').update(document).digest('base64');
    const known = this.metadata.get(key);
    if (known) return known;
    const read = (await this.ask({ type: 'metadata', document }, tooLong)) as SamlMetadata;
    this.metadata.set(key, read);
    return read;
  }

  /** @throws ApiError InvalidIdentityToken like `readSignedAssertion`; Throttling */
  async readAssertion(
    response: string,
    certificates: readonly string[],
    decryptionKeys: readonly string[],
  ): Promise<XmlElement> {
    const job = { type: 'assertion', response, certificates, decryptionKeys } as const;
    return (await this.ask(
      job,
      () => new ApiError('InvalidIdentityToken', 'The response cannot be verified.'),
    )) as XmlElement;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker?.terminate();
  }

  private ask(job: XmlJob, outOfLimits: () => ApiError): Promise<unknown> {
    if (this.waiting.length >= MAXIMUM_WAITING) {
      throw new ApiError(
        'Throttling',
        'Too many documents of identity providers are being parsed. Try again shortly.',
        {
          retryAfter: 2,
        },
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject, outOfLimits });
      if (this.waiting.length === 1) this.readNext();
    });
  }

  private readNext(): void {
    const [next] = this.waiting;
    if (!next) return;
    this.worker ??= this.start();
    this.timer = setTimeout(() => this.giveUp('exceeded its time limit'), TIME_LIMIT);
    this.worker.postMessage(next.job);
  }

  private start(): Worker {
    const worker = new Worker(new URL('./xml-thread.js', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
    });
    const ifCurrent = (work: () => void) => {
      if (this.worker === worker) work();
    };
    worker.on('message', (answer: XmlAnswer) => ifCurrent(() => this.settle(answer)));
    worker.on('error', (error) => ifCurrent(() => this.giveUp(error.message)));
    worker.unref();
    return worker;
  }

  private settle(answer: XmlAnswer): void {
    const asked = this.takeFirst();
    if ('value' in answer) asked?.resolve(answer.value);
    else asked?.reject(answer.code ? new ApiError(answer.code, answer.message) : new Error(answer.message));
    this.readNext();
  }

  /** Refuses the document that the thread is processing. The waiting ones get a new thread. */
  private giveUp(reason: string): void {
    this.logger.warn({ reason }, 'the XML parser thread was terminated');
    void this.worker?.terminate();
    this.worker = undefined;
    const asked = this.takeFirst();
    asked?.reject(asked.outOfLimits());
    this.readNext();
  }

  private takeFirst(): Waiting | undefined {
    clearTimeout(this.timer);
    return this.waiting.shift();
  }
}

function tooLong(): ApiError {
  return new ApiError('InvalidInput', 'Could not parse metadata: parsing takes too long.');
}
