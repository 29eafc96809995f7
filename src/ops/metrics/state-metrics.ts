import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { AccountCaches } from '../../access/principals/account-caches.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import { RowSources } from '../../kernel/database/row-sources.js';
import { MetricsRegistry } from './metrics-registry.js';

/** What is read from caches, pool and notification link when somebody asks for the metrics. */
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
      help: 'Entries held in a cache.',
      labelNames: ['cache'],
      registers,
      collect() {
        for (const [cache, { size }] of caches.use()) this.set({ cache }, size);
      },
    });
    new Gauge({
      name: 'gatehouse_database_connections',
      help: 'Connections of the pool, by state: busy or idle.',
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
      help: 'Transactions that wait for a connection of the pool.',
      registers,
      collect() {
        this.set(database.connections.waiting);
      },
    });
    new Gauge({
      name: 'gatehouse_notification_link_up',
      aggregator: 'min',
      help: '1 while this process hears of policy changes at once, 0 while it asks the database for every request.',
      registers,
      collect() {
        this.set(epochs.isLinked() ? 1 : 0);
      },
    });
    new Counter({
      name: 'gatehouse_notification_links_total',
      help: 'Notification links made since the start; more than one means that some were lost.',
      registers,
      collect() {
        this.reset();
        this.inc(epochs.generation);
      },
    });
    new Gauge({
      name: 'gatehouse_epoch_lag_seconds',
      aggregator: 'max',
      help: 'Since the notification link last proved to be alive: by how much policy changes may go unheard.',
      registers,
      collect() {
        this.set(epochs.lagSeconds);
      },
    });
    if (!standby) return;
    new Counter({
      name: 'gatehouse_standby_reads_total',
      help: 'Cold loads that the standby was asked for, by outcome: answered, behind or failed; the primary answered the last two.',
      labelNames: ['outcome'],
      registers,
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(standby.reads)) this.inc({ outcome }, count);
      },
    });
  }
}
