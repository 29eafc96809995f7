import type { Prisma } from '../../generated/prisma/client.js';

/**
 * The type of what a jsonb column holds. Prisma knows it as any JSON. It is not parsed once more when it is read: Gatehouse alone
 * writes it, and checks it before, and a service's definition or a report can be megabytes. What JSON has no type for, such
 * as a time, is text in `Value`.
 */
export class JsonColumn<Value> {
  read(stored: Prisma.JsonValue): Value {
    return stored as Value;
  }

  write(value: Value): Prisma.InputJsonValue {
    return value as Prisma.InputJsonValue;
  }
}
