import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Settings } from '../../kernel/config/settings.js';

/** Members that may contain a secret wherever they appear in a log line. */
const SECRET_MEMBERS = ['authorization', 'cookie', 'password', 'accessToken', 'refreshToken', 'secretAccessKey'];

/** JSON lines on stderr; stdout is for the banner. */
export function createLogger(settings: Settings): Logger {
  const paths = SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level: settings.logLevel, base: null, redact: { paths, censor: '[redacted]' } };
  return pino(options, pino.destination({ dest: 2, sync: false }));
}

/** Contexts in which Nest logs its setup, which is useful only for debugging it. */
const WIRING = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver', 'NestApplication']);

/** Writes Nest's own messages through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(WIRING.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    // main.ts reports once why the server does not start.
    if (rest.at(-1) === 'ExceptionHandler') return;
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest passes the context last, after a text, or after an object and a text. */
  private write(level: 'trace' | 'debug' | 'info' | 'warn' | 'error', message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    if (message instanceof Error) this.logger[level]({ context, err: message });
    else if (typeof message === 'object' && message !== null) {
      const text = rest.length > 1 ? String(rest[0]) : undefined;
      this.logger[level]({ context, ...message }, text);
    } else {
      this.logger[level]({ context }, String(message));
    }
  }
}
