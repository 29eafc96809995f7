import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { AccountCaches } from '../../access/principals/account-caches.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import { RowSources } from '../../kernel/database/row-sources.js';
import { MetricsRegistry } from './metrics-registry.js';

/** Metrics that are read from caches, pool and notification link when they are requested. */
@Injectable()
export class StateMetrics {
  constructor(
    { registry }: MetricsRegistry,
    caches: AccountCaches,
    { primary: database, standby }: RowSources,
    epochs: PolicyEpochs,
  ) {
    const registers = [registry];
    new Counter({
      name: 'gatehouse_cache_requests_total',
      help: 'Look-ups in the caches of principals, access keys, sessions and managed policies, by result: hit or miss.',
      labelNames: ['cache', 'result'],
      registers,
      collect() {
        this.reset();
        for (const [cache, { hits, misses }] of caches.use()) {
          this.inc({ cache, result: 'hit' }, hits);
          this.inc({ cache, result: 'miss' }, misses);
        }
      },
    });
    new Gauge({
      name: 'gatehouse_cache_entries',
      help: 'Entries in a cache.',
      labelNames: ['cache'],
      registers,
      collect() {
        for (const [cache, { size }] of caches.use()) this.set({ cache }, size);
      },
    });
    new Gauge({
      name: 'gatehouse_database_connections',
      help: 'Connections in the pool, by state: busy or idle.',
      labelNames: ['state'],
      registers,
      collect() {
        const { total, idle } = database.connections;
        this.set({ state: 'busy' }, total - idle);
        this.set({ state: 'idle' }, idle);
      },
    });
    new Gauge({
      name: 'gatehouse_database_waiting',
      help: 'Transactions that are waiting for a connection.',
      registers,
      collect() {
        this.set(database.connections.waiting);
      },
    });
    new Gauge({
      name: 'gatehouse_notification_link_up',
      aggregator: 'min',
      help:
        '1 while the notification link is up and policy changes arrive immediately; 0 while every ' +
        'request checks the policy epoch in the database.',
      registers,
      collect() {
        this.set(epochs.isLinked() ? 1 : 0);
      },
    });
    new Counter({
      name: 'gatehouse_notification_links_total',
      help: 'Notification links opened since the start; more than one means that links were lost.',
      registers,
      collect() {
        this.reset();
        this.inc(epochs.generation);
      },
    });
    new Gauge({
      name: 'gatehouse_epoch_lag_seconds',
      aggregator: 'max',
      help: 'Time since the last heartbeat of the notification link: the maximum delay of policy changes.',
      registers,
      collect() {
        this.set(epochs.lagSeconds);
      },
    });
    if (!standby) return;
    new Counter({
      name: 'gatehouse_standby_reads_total',
      help:
        'Loads into the caches that were sent to the standby, by outcome: answered, behind or failed. ' +
        'The primary answers in the last two cases.',
      labelNames: ['outcome'],
      registers,
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(standby.reads)) this.inc({ outcome }, count);
      },
    });
  }
}
