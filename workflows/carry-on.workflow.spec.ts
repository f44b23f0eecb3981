import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { completed, paused, resumed } from '../test/temporal/events.js';
import { aCall, anInvitation, aScript, aWait, days } from '../test/temporal/scripts.js';
import { startTestServer } from '../test/temporal/server.js';
import { Stage } from '../test/temporal/stage.js';

jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  // This server wants a fresh history after few events instead of thousands.
  stage = await Stage.open(await startTestServer({ 'limit.historyCount.suggestContinueAsNew': '25' }));
});
afterAll(async () => stage.close());

describe('a pathway that goes round for years', () => {
  it('goes on with a fresh history, and forgets neither events, keys nor open side tasks', async () => {
    const again = (id: string, to: string) =>
      aCall({
        id,
        outcomes: [
          { key: 'again', label: 'Again', marks: [], next: { step: to } },
          { key: 'enough', label: 'Enough', marks: [], next: { ending: 'completed' } },
        ],
      });
    const replied = {
      yes: { step: 'one' },
      'not-now': { ending: 'declined' },
      sorted: { ending: 'completed' },
    } as const;
    const script = aScript(anInvitation({ replied }), again('one', 'two'), again('two', 'one'));
    const play = await stage.perform(script, {
      answers: {
        sendMessage: async ({ at }) => ({ fate: 'unknown', nextAt: `${Number(at.slice(0, 4)) + 1}${at.slice(4)}` }),
      },
    });
    const check = await play.saw('openTask');
    const reply = { kind: 'replied', id: 'reply', step: 'invite', answer: 'yes' } as const;
    await play.tell(reply);
    const rounds = 8;
    for (let round = 2; round < rounds + 2; round += 1) {
      const { key } = await play.saw('openTask', round);
      const outcome = round === rounds + 1 ? 'enough' : 'again';
      await play.tell(reply, { kind: 'task-completed', id: `done-${round}`, taskId: `task/${key}`, outcome });
    }
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0, repeated: rounds });
    expect(await play.historyLength()).toBeLessThan(60);
    expect(play.calls.map(({ call }) => call.seq)).toEqual(play.calls.map((_call, place) => place + 1));
    expect(play.all('cancelTask')).toMatchObject([{ taskId: `task/${check.key}`, step: 'invite:check' }]);
  });

  it('takes a pause along, and what it had ignored stays recorded once', async () => {
    const rounds = 5;
    const names = Array.from({ length: rounds }, (_none, round) => `wait-${round}`);
    const steps = names.map((id, round) =>
      aWait({ id, for: days(10), next: round < rounds - 1 ? { step: `wait-${round + 1}` } : { ending: 'completed' } }),
    );
    const play = await stage.perform(aScript(steps[0]!, ...steps.slice(1)));
    for (let round = 1; round < rounds; round += 1) {
      await play.saw('noteWaiting', round);
      await play.tell(completed('task/no', 'agreed'));
      await play.tell(paused(play.instant(), `pause/${round}`));
      await play.pass(3);
      await play.tell(resumed(play.instant(), `pause/${round}`));
      await play.saw('resumeClocks', round);
      await play.pass(10.1);
    }
    await play.saw('noteWaiting', rounds);
    await play.pass(10.1);
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: rounds - 1, repeated: 0, paused: null });
    expect(play.all('noteIgnored').flatMap(({ events }) => events)).toHaveLength(rounds - 1);
    expect(play.all('resumeClocks').map(({ deadlines }) => deadlines.length)).toEqual(Array(rounds - 1).fill(1));
    expect(await play.historyLength()).toBeLessThan(60);
  });
});
