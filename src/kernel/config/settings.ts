import { z } from 'zod';
import { variables } from './variables.js';

type Variables = typeof variables;

/** By member, each as its variable says. */
type Declared = {
  readonly [Name in keyof Variables as Variables[Name]['member']]: z.output<Variables[Name]['type']>;
};

type Values = Readonly<ReturnType<typeof withDependentDefaults>>;

const names = Object.keys(variables) as (keyof Variables)[];

const environmentSchema = z
  .object(Object.fromEntries(names.map((name) => [name, variables[name].type])))
  .transform((values) => Object.fromEntries(names.map((name) => [variables[name].member, values[name]])) as Declared);

/** A variable has an invalid value. The message names each one and what it expects. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** A class of the members of `Values`: what `variables` declares needs no second declaration. */
const SettingValues = class {
  constructor(values: Values) {
    Object.assign(this, values);
  }
} as new (values: Values) => Values;

/** The environment as typed settings, one member for each of `variables`; one instance, made at boot. */
export class Settings extends SettingValues {
  private constructor(values: Values) {
    super(values);
  }

  /**
   * An environment variable that is set but empty counts as absent, as in most shells' `VAR= command`.
   *
   * @param environment usually `process.env`
   * @throws SettingsError naming every variable that is wrong and what it expects; an unknown GATEHOUSE_ variable
   *   is wrong too, because a misspelt security setting must not be silently ignored
   */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
    const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
    const complaints = Object.keys(present)
      .filter((name) => name.startsWith('GATEHOUSE_') && !(name in variables))
      .map((name) => `${name} is not a setting of Gatehouse`);
    const parsed = environmentSchema.safeParse(present);
    for (const issue of parsed.error?.issues ?? []) {
      const name = String(issue.path[0]) as keyof Variables;
      // The value is not repeated, because it may be a secret.
      complaints.push(`${name} is not valid: expected ${variables[name].type.description}`);
    }
    if (present['DATABASE_REPLICA_URL'] !== undefined && present['DATABASE_URL'] === undefined) {
      complaints.push('DATABASE_REPLICA_URL is not valid: it requires DATABASE_URL, the primary of the standby');
    }
    if (complaints.length > 0 || !parsed.data) throw new SettingsError([...new Set(complaints)].join('\n'));
    return new Settings(withDependentDefaults(parsed.data));
  }
}

/** Defaults that depend on other settings. */
function withDependentDefaults(declared: Declared) {
  const { host, port, databaseUrl, smtpUrl } = declared;
  const {
    signUp = databaseUrl === undefined ? 'open' : 'closed',
    confirmsEmails = smtpUrl !== undefined,
    publicUrl = `http://${shownHost(host)}:${port}`,
  } = declared;
  return { ...declared, signUp, confirmsEmails, publicUrl };
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
