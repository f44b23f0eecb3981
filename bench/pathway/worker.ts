import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { EncryptingCodec } from '../../libs/platform/temporal/payload-codec.js';
import {
  type ActivityCall,
  happened,
  type PathwayActivities,
  type PathwayEvent,
} from '../../workflows/contracts/index.js';

const FAILURE_CONVERTER = fileURLToPath(new URL('../../libs/platform/temporal/failure-converter.js', import.meta.url));
const DAY = 86_400_000;
/** How soon after an effect somebody answers, in milliseconds. */
const ANSWER_AFTER = 20;

/** The product's encoding. The key hides nothing: what is measured holds nothing of anybody. */
export const dataConverter: DataConverter = {
  payloadCodecs: [new EncryptingCodec(Buffer.alloc(32, 'fairway bench').toString('base64'))],
  failureConverterPath: FAILURE_CONVERTER,
};

/** What the worker tells the bench of each effect. */
export interface Done {
  readonly name: keyof PathwayActivities;
  readonly workflowId: string;
}

/**
 * Hosts both contestants in a process of its own. Effects do nothing; whoever is asked something in them answers soon.
 * Workflows whose id begins with `idle` get no answer.
 */
export async function runWorker(address: string, namespace: string, taskQueue: string): Promise<void> {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const workflowsPath = fileURLToPath(new URL('./workflows.js', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, failureConverterPath: FAILURE_CONVERTER, logger });
  const client = new Client({ connection: await Connection.connect({ address }), namespace, dataConverter });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    ...{ connection, namespace, taskQueue, workflowBundle, dataConverter },
    // As the product's worker.
    maxCachedWorkflows: 2000,
    maxConcurrentActivityTaskExecutions: 20,
    maxConcurrentWorkflowTaskExecutions: 40,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
    activities: effects((call, event) => {
      const { workflowId } = ofKey(call);
      if (workflowId.startsWith('idle')) return;
      setTimeout(() => void client.workflow.getHandle(workflowId).signal(happened, event), ANSWER_AFTER);
    }),
  });
  process.send?.('ready');
  await worker.run();
}

function effects(answer: (call: ActivityCall, event: PathwayEvent) => void): Partial<PathwayActivities> {
  const later = (at: string, days: number): string => new Date(Date.parse(at) + days * DAY).toISOString();
  const tell = (name: keyof PathwayActivities, call: ActivityCall): void => {
    process.send?.({ name, workflowId: ofKey(call).workflowId } satisfies Done);
  };
  return {
    sendMessage: async (call) => {
      tell('sendMessage', call);
      answer(call, { kind: 'replied', id: `${call.key}/replied`, step: 'invite', answer: 'yes' });
      return { fate: 'sent', nextAt: later(call.at, 7) };
    },
    openTask: async (call) => {
      tell('openTask', call);
      const taskId = `task/${call.key}`;
      answer(call, { kind: 'task-completed', id: `${call.key}/done`, taskId, outcome: 'agreed' });
      return { taskId, dueAt: later(call.at, 5), escalateAt: [later(call.at, 7)] };
    },
    sendReferral: async (call) => {
      const referralId = `referral/${ofKey(call).workflowId}`;
      answer(call, { kind: 'referral-answered', id: `${call.key}/accepted`, referralId, answer: 'accepted' });
      return { sent: true, referralId, answerBy: later(call.at, 5) };
    },
    noteWaiting: async (call) => {
      if (call.step !== 'refer') return { until: new Date(Date.parse(call.from) + 1000).toISOString() };
      const referralId = `referral/${ofKey(call).workflowId}`;
      answer(call, { kind: 'referral-answered', id: `${call.key}/completed`, referralId, answer: 'completed' });
      return { until: later(call.from, 84) };
    },
    recordEnding: async (call) => tell('recordEnding', call),
  };
}

function ofKey({ key }: ActivityCall): { readonly workflowId: string } {
  return { workflowId: key.slice(0, key.lastIndexOf(':')) };
}
