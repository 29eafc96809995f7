import { randomBytes } from 'node:crypto';
import { SecretBox } from './secret-box.js';

describe('SecretBox', () => {
  const box = new SecretBox(randomBytes(32));
  const owner = ['access-key', '111122223333', 'AKIAEXAMPLE'];
  const secret = Buffer.from('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');

  it('opens what it sealed, for the same owner', () => {
    expect(box.open(box.seal(secret, owner), owner)).toEqual(secret);
  });

  it('never seals twice to the same bytes', () => {
    expect(box.seal(secret, owner)).not.toEqual(box.seal(secret, owner));
  });

  it.each([
    ['another account', ['access-key', '999922223333', 'AKIAEXAMPLE']],
    ['another row', ['access-key', '111122223333', 'AKIAOTHER']],
    ['shifted parts', ['access-key', '111122223333AKIA', 'EXAMPLE']],
  ])('does not open for %s', (_, thief) => {
    const sealed = box.seal(secret, owner);
    expect(() => box.open(sealed, thief)).toThrow();
  });

  it('notices any changed byte', () => {
    const sealed = box.seal(secret, owner);
    for (let index = 0; index < sealed.length; index += 1) {
      const tampered = Buffer.from(sealed);
      tampered[index]! ^= 1;
      expect(() => box.open(tampered, owner)).toThrow();
    }
  });

  it('opens what a previous key sealed, but seals under the present one alone', () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const sealed = new SecretBox(oldKey).seal(secret, owner);
    const rotated = new SecretBox(newKey, [oldKey]);
    expect(rotated.open(sealed, owner)).toEqual(secret);
    expect(new SecretBox(newKey).open(rotated.seal(secret, owner), owner)).toEqual(secret);
    expect(() => new SecretBox(oldKey).open(rotated.seal(secret, owner), owner)).toThrow('another master key');
    expect(() => rotated.open(sealed, ['access-key', '999922223333', 'AKIAEXAMPLE'])).toThrow();
  });

  it('derives boxes that open what those of a previous key sealed', () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const sealed = new SecretBox(oldKey).derive('tokens').seal(secret, owner);
    const rotated = new SecretBox(newKey, [oldKey]);
    expect(rotated.derive('tokens').open(sealed, owner)).toEqual(secret);
    expect(() => rotated.derive('others').open(sealed, owner)).toThrow();
    expect(() => rotated.open(sealed, owner)).toThrow();
  });

  it('says so when the master key is another one', () => {
    expect(() => new SecretBox(randomBytes(32)).open(box.seal(secret, owner), owner)).toThrow('another master key');
  });
});

describe('authenticators', () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const data = Buffer.from('data');

  it('hold for the data and the purpose that they were made for, under present and previous keys', () => {
    const code = new SecretBox(oldKey).derive('events').authenticate(data);
    expect(new SecretBox(newKey, [oldKey]).derive('events').isAuthentic(data, code)).toBe(true);
    expect(new SecretBox(oldKey).derive('events').isAuthentic(Buffer.from('date'), code)).toBe(false);
    expect(new SecretBox(oldKey).derive('events').isAuthentic(data, code.subarray(0, 20))).toBe(false);
    expect(new SecretBox(oldKey).derive('others').isAuthentic(data, code)).toBeUndefined();
    expect(new SecretBox(newKey).derive('events').isAuthentic(data, code)).toBeUndefined();
  });
});
