export { parseSignedRequest, type SignedRequest, type WireRequest } from './signed-request.js';
export { deriveSigningKey, type ExpectedSignature, verifySignature } from './verify-signature.js';
