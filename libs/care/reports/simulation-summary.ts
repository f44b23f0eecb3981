import type { SimulationResult } from './simulation-result.js';

/** `link-worker` -> `Link worker`. */
export function sentence(key: string): string {
  const words = key.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a manager would want to hear first, in whole sentences. Every figure is in the result as well. */
export function summarise(result: Omit<SimulationResult, 'summary'>): string[] {
  return [
    ...busiestWeeks(result),
    ...partnerDemand(result),
    ...lateness(result),
    ...endings(result),
    ...lengths(result),
  ];
}

function busiestWeeks({ work }: Omit<SimulationResult, 'summary'>): string[] {
  return work.map(({ role, hoursAvailable, weeks }) => {
    const most = weeks.reduce((best, week, at) => (week.hoursNeeded > weeks[best]!.hoursNeeded ? at : best), 0);
    const { hoursNeeded } = weeks[most]!;
    const needed = Math.round(hoursNeeded);
    const hours = needed === 0 ? 'less than an hour' : plural(needed, 'hour');
    const have = Math.round(hoursAvailable);
    const compared = needed > have ? `, more than the ${have} they have` : ` of the ${have} they have`;
    return `In the busiest week, week ${most + 1}, ${rolesOf(role)} would need ${hours}${compared}.`;
  });
}

function partnerDemand({ services, noService }: Omit<SimulationResult, 'summary'>): string[] {
  const told = services.map(({ name, weeks }) => {
    const sent = weeks.reduce((all, week) => all + week.sent, 0);
    const most = Math.max(...weeks.map((week) => week.sent));
    const waiting = Math.max(...weeks.map(({ waitingAtEnd }) => waitingAtEnd));
    return `${name} would get ${plural(sent, 'referral')}, at most ${most} in a week, with up to ${waiting} waiting for an answer.`;
  });
  return noService === 0 ? told : [...told, `There would be no service left to ask ${plural(noService, 'time')}.`];
}

function lateness({ breaches }: Omit<SimulationResult, 'summary'>): string[] {
  const all = (tell: (week: (typeof breaches)[number]) => number): number =>
    breaches.reduce((total, week) => total + tell(week), 0);
  const late = all(({ tasksPastDue }) => tasksPastDue);
  const rungs = all(({ rungsClimbed }) => rungsClimbed);
  const expired = all(({ referralsExpired }) => referralsExpired);
  const raised = rungs === 0 ? '' : `, and tasks would be raised to somebody ${plural(rungs, 'time')}`;
  return [
    late === 0
      ? 'No task would pass its due time.'
      : `${plural(late, 'task')} would pass ${late === 1 ? 'its' : 'their'} due time${raised}.`,
    expired === 0
      ? 'Every referral would be answered in time.'
      : `${plural(expired, 'referral')} would not be answered in time.`,
  ];
}

function endings({ endings: all, people, setting }: Omit<SimulationResult, 'summary'>): string[] {
  const count = (kind: string): number =>
    all.filter((ending) => ending.kind === kind).reduce((total, ending) => total + ending.people, 0);
  const well = count('good');
  return [
    `Of ${plural(people.letIn, 'person', 'people')} let in, ${inHundred(well, people.letIn)} would end well within ${plural(setting.weeks, 'week')}; ${inHundred(people.underWayAtEnd, people.letIn)} would still be under way.`,
  ];
}

function lengths({ length }: Omit<SimulationResult, 'summary'>): string[] {
  if (length.median === null) return ['No pathway would have ended yet.'];
  return [`Half of the pathways that ended would take ${plural(Math.round(length.median), 'day')} or less.`];
}

function rolesOf(role: string): string {
  return `${role.replaceAll('-', ' ')}s`;
}

function inHundred(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${Math.round((part / whole) * 100)} in 100`;
}

function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? noun : many}`;
}
