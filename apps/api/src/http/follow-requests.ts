import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Histogram, register } from 'prom-client';
import type { Log } from './log.js';

const QUIET = new Set(['/metrics', '/api/health/live', '/api/health/ready']);

/** Counts, times and logs each request by its route. The address itself may hold a secret, so it is never written. */
export function followRequests(fastify: FastifyInstance, log: Log): void {
  const lines = log.for('http');
  const { requests, seconds } = measures();
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    requests.inc(labels);
    seconds.observe(labels, reply.elapsedTime / 1000);
    if (!QUIET.has(route)) {
      lines.info({ id: request.id, ...labels, ms: Math.round(reply.elapsedTime) }, 'answered');
    }
    done();
  });
}

// The registry belongs to the process, and a test makes more than one application in it.
function measures() {
  register.clear();
  collectDefaultMetrics();
  const labelNames = ['method', 'route', 'status'];
  return {
    requests: new Counter({ name: 'http_requests_total', help: 'Requests answered.', labelNames }),
    seconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer.',
      labelNames,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
  };
}
