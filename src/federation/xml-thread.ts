import { parentPort } from 'node:worker_threads';
import { ApiError } from '../common/errors.js';
import { readSamlMetadata } from './saml-metadata.js';
import { readSignedAssertion } from './saml-response.js';
import type { XmlAnswer, XmlQuestion } from './xml-reader.service.js';

/** The thread that reads what identity providers sent: see `XmlReader`. */
parentPort!.on('message', (question: XmlQuestion) => {
  void answer(question).then((value) => parentPort!.postMessage(value));
});

async function answer({ id, job }: XmlQuestion): Promise<XmlAnswer> {
  try {
    return { id, value: await read(job) };
  } catch (error) {
    if (error instanceof ApiError) return { id, code: error.code, message: error.message };
    return { id, message: error instanceof Error ? error.message : 'unknown' };
  }
}

function read(job: XmlQuestion['job']): unknown {
  if (job.type === 'metadata') return readSamlMetadata(job.document);
  return readSignedAssertion(job.response, job.certificates, job.decryptionKeys);
}
