import { parentPort } from 'node:worker_threads';
import { ApiError } from '../../kernel/errors/errors.js';
import { readSamlMetadata } from './saml-metadata.js';
import { readSignedAssertion } from './saml-response.js';
import type { XmlAnswer, XmlJob } from './xml-reader.service.js';

/** The thread that parses documents of identity providers: see `XmlReader`. */
parentPort!.on('message', (job: XmlJob) => {
  void answer(job).then((value) => parentPort!.postMessage(value));
});

async function answer(job: XmlJob): Promise<XmlAnswer> {
  try {
    return { value: await read(job) };
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, message: error.message };
    return { message: error instanceof Error ? error.message : 'unknown' };
  }
}

function read(job: XmlJob): unknown {
  if (job.type === 'metadata') return readSamlMetadata(job.document);
  return readSignedAssertion(job.response, job.certificates, job.decryptionKeys);
}
