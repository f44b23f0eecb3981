import type { Step } from '../contracts/index.js';
import type { Line, Way } from '../line.js';
import { contact } from './contact.js';
import { measure } from './measure.js';
import { branch, recheck } from './questions.js';
import { referral } from './referral.js';
import { task } from './task.js';
import { together, type WalkBranch } from './together.js';
import { wait } from './wait.js';

/** Walks one step to its end and says where it leads. */
export async function walkStep(line: Line, step: Step, walkBranch: WalkBranch): Promise<Way> {
  switch (step.kind) {
    case 'contact':
      return contact(line, step);
    case 'task':
      return task(line, step);
    case 'referral':
      return referral(line, step);
    case 'wait':
      return wait(line, step);
    case 'measure':
      return measure(line, step);
    case 'recheck':
      return recheck(line, step);
    case 'branch':
      return branch(line, step);
    case 'together':
      return together(line, step, walkBranch);
  }
}
