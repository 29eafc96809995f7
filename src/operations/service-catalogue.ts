import { Injectable } from '@nestjs/common';
import { OperationRegistry } from './operation-registry.js';
import type { Transaction } from '../kernel/database/database.service.js';

/** A service with actions in policies. */
export interface CataloguedService {
  /** The prefix of its actions: `orders`. */
  readonly namespace: string;
  readonly name: string;
  /** Without the prefix, in order. */
  readonly actions: readonly string[];
}

/** A source of more services, such as those that the platform's operator registered. */
export type CatalogueSource = (tx: Transaction) => Promise<readonly CataloguedService[]>;

const OWN_SERVICES: Readonly<Record<string, string>> = {
  iam: 'AWS Identity and Access Management',
  sts: 'AWS Security Token Service',
  gatehouse: 'Gatehouse',
};

/** All services: Gatehouse's own, from its operations, and those of other sources. */
@Injectable()
export class ServiceCatalogue {
  private readonly sources: CatalogueSource[] = [(): Promise<CataloguedService[]> => Promise.resolve(this.own())];

  constructor(private readonly registry: OperationRegistry) {}

  add(source: CatalogueSource): void {
    this.sources.push(source);
  }

  /** By namespace, in order. */
  async services(tx: Transaction): Promise<readonly CataloguedService[]> {
    const all: CataloguedService[] = [];
    for (const source of this.sources) all.push(...(await source(tx)));
    return all.sort((left, right) => (left.namespace < right.namespace ? -1 : 1));
  }

  private own(): CataloguedService[] {
    const operations = this.registry.all();
    const names = new Set(operations.map((one) => ('permission' in one ? one.permission : undefined) ?? one.name));
    return Object.entries(OWN_SERVICES).map(([namespace, name]) => ({
      namespace,
      name,
      actions: [...names]
        .filter((operation) => operation.startsWith(`${namespace}:`))
        .map((operation) => operation.slice(namespace.length + 1))
        .sort(),
    }));
  }
}
