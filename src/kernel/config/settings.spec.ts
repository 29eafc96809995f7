import { Settings, SettingsError } from './settings.js';

describe('Settings', () => {
  it('has a default for everything', () => {
    const settings = Settings.fromEnvironment({});
    expect(settings).toMatchObject({ port: 3000, host: '127.0.0.1', partition: 'aws', signUp: 'open' });
    expect(settings.publicUrl).toBe('http://127.0.0.1:3000');
  });

  it('closes sign-up on an external database unless told otherwise', () => {
    const DATABASE_URL = 'postgresql://user:secret@db.internal:5432/gatehouse';
    expect(Settings.fromEnvironment({ DATABASE_URL }).signUp).toBe('closed');
    expect(Settings.fromEnvironment({ DATABASE_URL, GATEHOUSE_SIGN_UP: 'open' }).signUp).toBe('open');
  });

  it('has email addresses confirmed where there is a mail server, unless told otherwise', () => {
    const GATEHOUSE_SMTP_URL = 'smtp://mail.internal:25';
    expect(Settings.fromEnvironment({}).confirmsEmails).toBe(false);
    expect(Settings.fromEnvironment({ GATEHOUSE_SMTP_URL }).confirmsEmails).toBe(true);
    const off = { GATEHOUSE_SMTP_URL, GATEHOUSE_EMAIL_CONFIRMATION: 'off' };
    expect(Settings.fromEnvironment(off).confirmsEmails).toBe(false);
    expect(Settings.fromEnvironment({ GATEHOUSE_EMAIL_CONFIRMATION: 'required' }).confirmsEmails).toBe(true);
  });

  it.each([
    ['PORT', '70000', 'PORT is not valid: expected a TCP port'],
    ['PORT', 'http', 'PORT is not valid: expected a TCP port'],
    ['DATABASE_URL', 'mysql://localhost/x', 'DATABASE_URL is not valid: expected postgresql://'],
    ['DATABASE_REPLICA_URL', 'postgresql://standby/x', 'DATABASE_REPLICA_URL is not valid: it requires DATABASE_URL'],
    ['GATEHOUSE_MASTER_KEY', 'c2hvcnQ=', 'GATEHOUSE_MASTER_KEY is not valid: expected 32 random bytes'],
    ['GATEHOUSE_SIGN_UP', 'maybe', 'GATEHOUSE_SIGN_UP is not valid: expected "open" or "closed"'],
    ['GATEHOUSE_SIGNUP', 'closed', 'GATEHOUSE_SIGNUP is not a setting of Gatehouse'],
    ['GATEHOUSE_PARTITION', 'AWS:x', 'GATEHOUSE_PARTITION is not valid'],
    ['GATEHOUSE_PROVIDER_NETWORKS', '10.0.0.0/8,10.1', 'GATEHOUSE_PROVIDER_NETWORKS is not valid: expected networks'],
    ['GATEHOUSE_PROVIDER_NETWORKS', '10.0.0.1', 'GATEHOUSE_PROVIDER_NETWORKS is not valid: expected networks'],
  ])('refuses %s=%s by name', (name, value, message) => {
    expect(() => Settings.fromEnvironment({ [name]: value })).toThrow(SettingsError);
    expect(() => Settings.fromEnvironment({ [name]: value })).toThrow(message);
  });

  it('never repeats a wrong value, which may be a secret', () => {
    expect(() => Settings.fromEnvironment({ GATEHOUSE_MASTER_KEY: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
