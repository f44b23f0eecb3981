import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the worker counts; read at /metrics. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly relayed = new Counter({
    name: 'fairway_outbox_relayed_total',
    help: 'Outbox entries handed to Temporal, by topic and fate',
    labelNames: ['topic', 'fate'],
    registers: [this.registry],
  });

  readonly relayDelay = new Histogram({
    name: 'fairway_outbox_delay_seconds',
    help: 'From commit of an outbox entry to its delivery',
    labelNames: ['topic'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60, 600],
    registers: [this.registry],
  });

  readonly outboxWaiting = new Gauge({
    name: 'fairway_outbox_waiting',
    help: 'Outbox entries not delivered yet',
    registers: [this.registry],
  });

  readonly outboxHeld = new Gauge({
    name: 'fairway_outbox_held',
    help: 'Outbox entries set aside for a person to look at',
    registers: [this.registry],
  });

  readonly outboxLag = new Gauge({
    name: 'fairway_outbox_lag_seconds',
    help: 'Age of the oldest outbox entry that is still to be delivered',
    registers: [this.registry],
  });

  readonly activities = new Histogram({
    name: 'fairway_activity_seconds',
    help: 'Time an effect took, by activity and whether it worked',
    labelNames: ['activity', 'worked'],
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60],
    registers: [this.registry],
  });

  readonly activitiesFailing = new Gauge({
    name: 'fairway_activities_failing',
    help: 'Effects that have failed several times and are being tried again',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
