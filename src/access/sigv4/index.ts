export { parseSignedRequest, type SignedRequest, type WireRequest } from './signed-request.js';
export { deriveSigningKey, verifySignature } from './verify-signature.js';
