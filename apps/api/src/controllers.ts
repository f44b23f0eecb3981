import { AuditController } from './audit/audit.controller.js';
import { ChangeController } from './changes/change.controller.js';
import { ReplyController } from './contact/reply.controller.js';
import { DetectionController } from './detection/detection.controller.js';
import { EpisodeController } from './episodes/episode.controller.js';
import { DriftController } from './drift/drift.controller.js';
import { HealthController } from './health/health.controller.js';
import { ImportController } from './ingest/import.controller.js';
import { MoveController } from './moves/move.controller.js';
import { PersonController } from './people/person.controller.js';
import { ProgrammeController } from './programmes/programme.controller.js';
import { ReceiptController } from './receipts/receipt.controller.js';
import { ReferralController } from './referrals/referral.controller.js';
import { ReportController } from './reports/report.controller.js';
import { TemplateController } from './templates/template.controller.js';
import { SimulationController } from './simulations/simulation.controller.js';
import { TaskController } from './tasks/task.controller.js';
import { TriggerController } from './triggers/trigger.controller.js';
import { WelcomeController } from './welcome/welcome.controller.js';

/** Every door of the API but the ones of identity, which come with its module. */
export const CONTROLLERS = [
  TaskController,
  PersonController,
  EpisodeController,
  ReferralController,
  ProgrammeController,
  MoveController,
  DriftController,
  ReportController,
  SimulationController,
  TemplateController,
  AuditController,
  TriggerController,
  ImportController,
  DetectionController,
  ChangeController,
  WelcomeController,
  HealthController,
  ReplyController,
  ReceiptController,
];
