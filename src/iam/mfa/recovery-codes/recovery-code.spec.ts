import { newRecoveryCode, recoveryCodeHash } from './recovery-code.js';

it('are twenty characters of base 32, each code another', () => {
  const codes = Array.from({ length: 1000 }, newRecoveryCode);
  for (const code of codes) expect(code).toMatch(/^([A-Z2-7]{5}-){3}[A-Z2-7]{5}$/);
  expect(new Set(codes).size).toBe(1000);
});

it('are the same however they are typed, under one key', () => {
  const key = Buffer.alloc(32, 1);
  const hash = recoveryCodeHash(key, 'ABCDE-FGHIJ-KLMNO-PQRST');
  expect(recoveryCodeHash(key, ' abcde fghij klmnopqrst ')).toEqual(hash);
  expect(recoveryCodeHash(key, 'ABCDE-FGHIJ-KLMNO-PQRSU')).not.toEqual(hash);
  expect(recoveryCodeHash(Buffer.alloc(32, 2), 'ABCDE-FGHIJ-KLMNO-PQRST')).not.toEqual(hash);
});
