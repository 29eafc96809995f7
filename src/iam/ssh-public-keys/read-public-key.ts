import sshpk from 'sshpk';
import { ApiError } from '../../kernel/errors/errors.js';

/** Source: IAM API reference, UploadSSHPublicKey: `ssh-rsa` or PEM, at least 2,048 bits. */
const MINIMUM_BITS = 2048;

/** @throws ApiError UnrecognizedPublicKeyEncoding, InvalidPublicKey */
export function readPublicKey(body: string): sshpk.Key {
  const text = body.trim();
  const isSsh = /^ssh-rsa\s/.test(text);
  if (!isSsh && !/^-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) {
    throw new ApiError('UnrecognizedPublicKeyEncoding', 'The public key must be in ssh-rsa or PEM format.');
  }
  let key: sshpk.Key;
  try {
    key = sshpk.parseKey(text, isSsh ? 'ssh' : 'pem');
  } catch {
    throw invalid();
  }
  if (key.type !== 'rsa' || key.size < MINIMUM_BITS) throw invalid();
  return key;
}

/** One line of OpenSSH without a comment: the same for all encodings of a key. */
export function toOpenSsh(key: sshpk.Key): string {
  return key.toString('ssh').split(' ').slice(0, 2).join(' ');
}

function invalid(): ApiError {
  return new ApiError('InvalidPublicKey', `The public key must be an RSA key of at least ${MINIMUM_BITS} bits.`);
}
