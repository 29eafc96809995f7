import { CredentialNamed, NamedStrategy } from './credential-strategy.js';

class ExampleStrategy extends CredentialNamed('example' as never) {
  validate() {
    return { refusal: new Error() };
  }
}

/** Of `@nestjs/passport` and `passport`, which declare neither. */
interface Registered {
  getPassportInstance(): { _strategy(name: string): unknown };
}

it('registers a credential with Passport by its name', () => {
  const strategy = new ExampleStrategy();
  const passport = (strategy as unknown as Registered).getPassportInstance();
  expect(passport._strategy('example')).toBe(strategy);
  expect(strategy.name).toBe('example');
  expect(strategy).toBeInstanceOf(NamedStrategy);
});
