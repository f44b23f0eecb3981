import type { BranchStep, Next, RecheckStep } from '../contracts/index.js';
import { activities } from '../effects.js';
import type { Line, Way } from '../line.js';

/** Who no longer needs what the programme offers leaves with the reason. */
export async function recheck(line: Line, { id, title, still }: RecheckStep): Promise<Way> {
  const { result } = await line.effect(id, (call) => activities.recheck({ ...call, title }));
  return result === 'still-eligible' ? still : { leaves: result };
}

export async function branch(line: Line, { id, title, ways, otherwise }: BranchStep): Promise<Next> {
  const rules = ways.map(({ when }) => when);
  const { way } = await line.effect(id, (call) => activities.chooseWay({ ...call, title, ways: rules }));
  return ways[way ?? -1]?.next ?? otherwise;
}
