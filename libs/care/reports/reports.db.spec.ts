import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PopulationModule } from '#care/population';
import { newId } from '#platform/kernel';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { ReportsModule, ReportsService, STAGES } from './index.js';

let stage: Stage;
let reports: ReportsService;

beforeAll(async () => {
  stage = await Stage.open([PopulationModule, ReportsModule]);
  reports = stage.get(ReportsService);
});
afterAll(() => stage.close());

const HOUR = 3_600_000;
const at = (hours: number): Date => new Date(NOW.getTime() - HOUR * (100 - hours));

/** What can happen in an episode, each written as its room writes it. */
const HAPPENINGS = {
  message: (ids: Ids) =>
    stage.db.message.create({
      data: {
        ...ids,
        id: newId(),
        key: newId(),
        step: 'invite',
        template: 'stop-smoking-invite',
        attempt: 1,
        channel: 'email',
        fate: 'sent',
        createdAt: at(1),
        sentAt: at(1),
      },
    }),
  suppressed: (ids: Ids) =>
    stage.db.message.create({
      data: {
        ...ids,
        id: newId(),
        key: newId(),
        step: 'invite',
        template: 'stop-smoking-invite',
        attempt: 1,
        channel: 'email',
        fate: 'suppressed',
        because: 'died',
        createdAt: at(1),
      },
    }),
  yes: async (ids: Ids) => {
    const message = await HAPPENINGS.message(ids);
    const { episodeId, personId } = ids;
    await stage.db.reply.create({ data: { messageId: message.id, episodeId, personId, answer: 'yes', at: at(2) } });
  },
  reached: (ids: Ids) => aTask(ids, { outcome: 'declined', marks: ['reached'] }),
  agreed: (ids: Ids) => aTask(ids, { outcome: 'agreed', marks: ['reached', 'accepted'], note: 'After Tuesday' }),
  started: (ids: Ids) => aReferral(ids, { status: 'started', answeredAt: at(5), startedAt: at(6) }),
  declined: (ids: Ids) => aReferral(ids, { status: 'declined', answeredAt: at(5), declineReason: 'full' }),
  completed: (ids: Ids) => aReferral(ids, { status: 'completed', answeredAt: at(5), closedAt: at(7) }),
  quit: (ids: Ids) => aMeasurement(ids, 'quit', true),
  lost: (ids: Ids) => aMeasurement(ids, 'lost', false),
  ended: (ids: Ids) =>
    stage.db.ending.create({ data: { ...ids, ending: 'completed', exit: false, good: true, at: at(9) } }),
  metByUs: (ids: Ids) =>
    stage.db.ending.create({ data: { ...ids, ending: 'need-met-by-us', exit: true, good: true, at: at(9) } }),
  metByOthers: (ids: Ids) =>
    stage.db.ending.create({ data: { ...ids, ending: 'need-met-by-others', exit: true, good: false, at: at(9) } }),
  ourTime: ({ episodeId }: Ids) =>
    stage.db.clockSpan.create({
      data: {
        episodeId,
        step: 'call',
        clock: 'us',
        from: new Date('2026-11-20T10:00Z'),
        to: new Date('2026-11-20T14:00Z'),
      },
    }),
  died: (ids: Ids) => stage.db.ending.create({ data: { ...ids, ending: 'died', exit: true, good: false, at: at(9) } }),
};

interface Ids {
  readonly episodeId: string;
  readonly personId: string;
  readonly programme: string;
}

function aTask(ids: Ids, changes: object) {
  const outcomes = [
    { key: 'agreed', label: 'Wants help' },
    { key: 'declined', label: 'No thank you' },
  ];
  return stage.db.task.create({
    data: {
      ...ids,
      key: newId(),
      teamKey: 'northamptonshire',
      step: 'call',
      kind: 'call',
      title: 'Phone',
      role: 'link-worker',
      priority: 0,
      openedAt: at(3),
      dueAt: at(30),
      outcomes,
      status: 'completed',
      closedAt: at(4),
      ...changes,
    },
  });
}

async function aReferral(ids: Ids, changes: object) {
  const service = await stage.db.service.findFirstOrThrow();
  const { organisation, id: serviceId } = service;
  return stage.db.referral.create({
    data: {
      ...ids,
      key: newId(),
      step: 'refer',
      serviceId,
      organisation,
      need: 'Wants to stop',
      sentAt: at(4),
      answerBy: at(40),
      ...changes,
    },
  });
}

function aMeasurement(ids: Ids, result: string, good: boolean) {
  return stage.db.measurement.create({
    data: {
      ...ids,
      key: newId(),
      step: 'four-week-quit',
      instrument: 'russell-standard-4-week',
      result,
      value: result === 'lost' ? null : 4,
      good,
      at: at(8),
      recordedBy: 'pathway',
    },
  });
}

/** Eight people, so that the stage they got to shows as 10. */
async function eightWith(happenings: readonly (keyof typeof HAPPENINGS)[], programme: string): Promise<string> {
  let personId = '';
  for (let nth = 0; nth < 8; nth += 1) {
    personId = await stage.aPerson({ imdDecile: nth < 4 ? 3 : 4 });
    const episodeId = await stage.anEpisode({ personId, programme, openedAt: at(0) });
    for (const happening of happenings) await HAPPENINGS[happening]({ episodeId, personId, programme });
  }
  return personId;
}

describe('the funnel', () => {
  beforeAll(() => stage.aService());

  // Each line: what happened, and the furthest stage it proves.
  const cases: readonly [(keyof typeof HAPPENINGS)[], (typeof STAGES)[number]['key']][] = [
    [[], 'found'],
    [['suppressed', 'died'], 'found'],
    [['message'], 'invited'],
    [['message', 'reached'], 'reached'],
    [['reached'], 'reached'],
    [['yes'], 'accepted'],
    [['agreed', 'declined'], 'accepted'],
    [['agreed', 'started'], 'started'],
    [['agreed', 'completed'], 'completed'],
    [['agreed', 'completed', 'lost', 'ended'], 'completed'],
    [['agreed', 'quit'], 'good'],
    [['agreed', 'started', 'ended'], 'good'],
    [['yes', 'ended'], 'accepted'],
    [['reached', 'ended'], 'reached'],
    [['agreed', 'metByUs'], 'good'],
    [['agreed', 'metByOthers'], 'accepted'],
  ];

  it.each(cases)('takes %j as far as %s', async (happenings, furthest) => {
    const programme = `case-${cases.findIndex(([one]) => one === happenings)}`;
    await stage.db.programmeVersion.create({
      data: { programme, version: 1, title: 'Case', hash: programme, loadedAt: NOW, definition: {} },
    });
    await eightWith(happenings, programme);
    const report = await reports.programmeReport({ programme });
    const reached = report.total.cells.filter(({ count }) => count === 10).map(({ stage: key }) => key);
    expect(reached).toEqual(STAGES.slice(0, STAGES.findIndex(({ key }) => key === furthest) + 1).map(({ key }) => key));
    expect(report.byQuintile.find(({ key }) => key === '2')?.cells[0]?.count).toBe(10);
  });

  it('counts only those let in during the period', async () => {
    await eightWith(['message'], 'housing-referral');
    const day = { from: '2026-11-19', to: '2026-11-19' };
    const inside = await reports.programmeReport({ programme: 'housing-referral', ...day });
    expect(inside.total.cells[0]?.count).toBe(10);
    const after = await reports.programmeReport({
      programme: 'housing-referral',
      from: '2026-11-20',
      to: '2026-11-23',
    });
    expect(after.total.cells[0]?.count).toBe(0);
  });

  it('is recorded as read, and refuses what does not exist', async () => {
    const before = await stage.audited('report.read');
    await reports.programmeReport({ programme: 'stop-smoking' });
    expect(await stage.audited('report.read')).toBe(before + 1);
    for (const programme of ['nothing', 'x\0', "'; DROP TABLE person"]) {
      await expect(reports.programmeReport({ programme })).rejects.toMatchObject({ code: 'reports.programme_missing' });
    }
  });
});

describe('the work behind a report', () => {
  it('tells each exit, whose time ran, and what was raised to the manager', async () => {
    const programme = 'work-told';
    const script = { endings: [{ key: 'completed', title: 'Finished', good: true }] };
    await stage.db.programmeVersion.create({
      data: { programme, version: 1, title: 'Work', hash: programme, loadedAt: NOW, definition: { script } },
    });
    await eightWith(['ended', 'ourTime'], programme);
    await eightWith(['metByUs'], programme);
    await eightWith(['metByOthers'], programme);
    await eightWith([], programme);
    const open = await stage.db.episode.findMany({ where: { programme, ending: null, clockSpans: { none: {} } } });
    for (const { id: episodeId, personId } of open) {
      const task = await aTask({ episodeId, personId, programme }, { status: 'open', closedAt: null });
      const rung = { taskId: task.id, rung: 0, to: 'programme-manager', dueAt: at(9), status: 'climbed', at: at(9) };
      await stage.db.escalationRung.create({ data: rung });
    }
    const report = await reports.programmeReport({ programme });
    const told = report.endings.filter(({ count }) => count !== 0).map(({ title, count }) => [title, count]);
    expect(told).toEqual([
      ['Still under way', 10],
      ['Finished', 10],
      ['We met the need', 10],
      ['Somebody else met the need', 10],
    ]);
    expect(report.clocks[0]).toMatchObject({ clock: 'us', episodes: 10, totalHours: 32, medianHours: 4 });
    expect(report.raisedToManager).toEqual({ count: 10, text: '10' });
    const csv = reports.csv(report);
    expect(csv).toContain('Left,Somebody else met the need,Episodes,10');
    expect(csv).toContain('Working hours,Our time,Median of an episode,4');
  });
});

describe('a person’s record', () => {
  it('tells the story in order, with what comes next last', async () => {
    const personId = await stage.aPerson({ given: 'Alba', family: 'Testperson', nhsNumber: '9990123454' });
    const programme = 'stop-smoking';
    const nextAt = new Date('2026-12-01T10:00:00Z');
    const episodeId = await stage.anEpisode({
      personId,
      openedAt: at(0),
      step: 'pause',
      stepTitle: 'Pause',
      nextWhat: 'Four-week check',
      nextAt,
    });
    const ids = { episodeId, personId, programme };
    for (const happening of ['yes', 'agreed', 'started', 'quit'] as const) await HAPPENINGS[happening](ids);
    const record = await reports.personRecord(personId, { teamKey: 'northamptonshire' });
    expect(record.person).toMatchObject({
      name: 'Alba Testperson',
      born: '1992-03-14',
      age: 34,
      nhsNumber: '999 012 3454',
      language: 'English',
      practice: 'Test Surgery',
      address: '1 Test Street, NN1 1AA',
    });
    const [episode] = record.episodes;
    expect(episode?.timeline.map(({ title }) => title)).toEqual([
      'Found by the programme',
      'Message sent',
      'They answered: yes please',
      'Task opened: Phone',
      'Phone: Wants help',
      'Referral sent',
      'Referral accepted',
      'Service started',
      'Result: quit',
      'Four-week check',
    ]);
    expect(episode?.timeline.at(-1)).toMatchObject({ future: true, at: nextAt });
    expect(episode?.reasons).toEqual([{ text: 'Current smoker', source: 'GP record', at: new Date('2026-11-03') }]);
    expect(record.alsoGoingOn).toEqual([{ programme, title: 'Stop smoking', status: 'Pause' }]);
  });

  it('hides an address that is protected', async () => {
    const personId = await stage.aPerson({ sensitive: true });
    const record = await reports.personRecord(personId);
    expect(record.person).toMatchObject({ address: null, area: null, addressProtected: true });
    expect(JSON.stringify(record)).not.toContain('Test Street');
  });

  it('is recorded as read, and is nothing to another team', async () => {
    const personId = await stage.aPerson();
    await reports.personRecord(personId, { teamKey: 'northamptonshire' });
    expect(await stage.db.auditEntry.count({ where: { action: 'person.read', personId } })).toBe(1);
    const missing = { code: 'reports.person_missing' };
    await expect(reports.personRecord(personId, { teamKey: 'walsall' })).rejects.toMatchObject(missing);
    await expect(reports.personRecord(newId())).rejects.toMatchObject(missing);
    await expect(reports.personRecord('me')).rejects.toMatchObject(missing);
  });

  it('shows only the latest word on each kind of contact', async () => {
    const personId = await stage.aPerson();
    for (const [nth, allowed] of [true, false].entries()) {
      await stage.db.contactPermission.create({
        data: {
          personId,
          channel: 'email',
          purpose: 'all',
          allowed,
          at: at(nth),
          source: 'test',
          sourceId: `${personId}${nth}`,
        },
      });
    }
    const { person } = await reports.personRecord(personId);
    expect(person.permissions).toEqual([{ channel: 'email', purpose: 'all', allowed: false, at: at(1) }]);
  });

  it('says what comes next and when: ladder, snooze, waiting message, answer and the wish to be asked later', async () => {
    const personId = await stage.aPerson();
    const programme = 'stop-smoking';
    const nextAt = at(150);
    const episodeId = await stage.anEpisode({ personId, openedAt: at(0), nextWhat: 'Due: Phone', nextAt });
    const ids = { episodeId, personId, programme };
    const sent = await HAPPENINGS.message(ids);
    const later = { messageId: sent.id, episodeId, personId, answer: 'later', at: at(2), until: at(300) };
    await stage.db.reply.create({ data: later });
    await stage.db.message.create({
      data: {
        ...{ ...ids, key: newId(), step: 'invite', template: 't', attempt: 2, channel: 'sms', fate: 'waiting' },
        ...{ because: 'quiet-hours', createdAt: at(3), notBefore: at(110) },
      },
    });
    await aReferral(ids, { status: 'sent', answerBy: at(120) });
    const rests = { snoozedUntil: at(140), snoozedBecause: 'Away' };
    const task = await aTask(ids, { status: 'open', closedAt: null, dueAt: nextAt, ...rests });
    const rungs = [
      { to: 'owner', dueAt: at(160), status: 'planned' },
      { to: 'care-coordinator', dueAt: at(170), status: 'planned' },
      { to: 'programme-manager', dueAt: at(180), status: 'cancelled', at: at(4), by: 'pathway', because: 'x' },
    ];
    for (const [rung, data] of rungs.entries()) {
      await stage.db.escalationRung.create({ data: { taskId: task.id, rung, ...data } });
    }
    const [episode] = (await reports.personRecord(personId, { teamKey: 'northamptonshire' })).episodes;
    const coming = episode!.timeline.filter(({ future }) => future);
    expect(coming.map(({ title }) => title)).toEqual([
      'Message goes out',
      'The service has answered by now, or another is asked',
      'Back on the list: Phone',
      'Due: Phone',
      'Reminder',
      'Raised to the care coordinator',
      'We ask again, as they wished',
    ]);
    expect(coming.map((entry) => entry.at)).toEqual([110, 120, 140, 150, 160, 170, 300].map(at));
    expect(episode!.timeline.slice(-coming.length)).toEqual(coming);
    expect(episode!.openTasks).toEqual([expect.objectContaining({ id: task.id, ...rests })]);
    expect(episode!.openTasks[0]?.ladder).toHaveLength(3);
  });

  it.each([
    ['nobody-phoned', 'Nobody phoned in time'],
    ['window-passed', 'The time for it has passed'],
    ['done-already', 'Somebody had done it already'],
    ['they-replied', 'They have answered'],
    ['service-reported', 'The service has said how it went'],
    ['branch-over', 'Another part of the programme came first'],
    ['moved-to-new-version', 'A newer version of the programme goes on another way'],
    ['pathway-ended', 'The programme has ended'],
    ['need-met-by-us', 'The programme has ended: we met the need'],
    ['died', 'The programme has ended: died'],
  ])('says why a task was cancelled: %s', async (cancelledBecause, why) => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId });
    const ids = { episodeId, personId, programme: 'stop-smoking' };
    await aTask(ids, { status: 'cancelled', closedAt: at(5), outcome: null, cancelledBecause });
    const [episode] = (await reports.personRecord(personId)).episodes;
    const closing = { at: at(5), kind: 'task', title: 'Phone: cancelled', detail: why };
    expect(episode!.timeline).toContainEqual(closing);
  });

  it('tells pauses, handovers, moves and exits by who did them, and the clocks so far', async () => {
    const personId = await stage.aPerson({ nation: 'scotland' });
    const by = await stage.anAccount({ name: 'Robin Coordinator' });
    const episodeId = await stage.anEpisode({ personId, openedAt: at(0), pausedAt: at(60), pausedBecause: 'away' });
    await stage.db.pause.createMany({
      data: [
        { episodeId, reason: 'in-hospital', note: 'Ward 7', from: at(10), to: at(20), by, endedBy: by },
        { episodeId, reason: 'away', from: at(60), by, reviewOn: new Date('2026-12-10') },
      ],
    });
    await stage.db.transfer.create({
      data: { episodeId, fromTeam: 'walsall', toTeam: 'northamptonshire', reason: 'Moved house', at: at(30), by },
    });
    const { programmeVersionId: version } = await stage.db.episode.findUniqueOrThrow({ where: { id: episodeId } });
    const batch = await stage.db.moveBatch.create({
      data: {
        ...{
          programme: 'stop-smoking',
          fromVersionId: version,
          toVersionId: version,
          mapping: {},
          reason: 'New leaflet',
        },
        ...{ by, createdAt: at(39), undoUntil: at(90), status: 'moved' },
      },
    });
    await stage.db.exit.create({ data: { episodeId, reason: 'need-met-by-others', at: at(70), by: 'detection' } });
    const move = { batchId: batch.id, episodeId, fromStep: 'call', toStep: 'call', status: 'moved', at: at(40) };
    await stage.db.move.create({ data: move });
    const spans = [
      { clock: 'person', from: new Date('2026-11-19T09:00Z'), to: new Date('2026-11-19T12:00Z') },
      { clock: 'paused', from: new Date('2026-11-23T09:00Z') },
    ];
    await stage.db.clockSpan.createMany({ data: spans.map((span) => ({ episodeId, step: 'call', ...span })) });
    const [episode] = (await reports.personRecord(personId, { teamKey: 'northamptonshire' })).episodes;
    expect(episode!.timeline.map(({ title, actor }) => [title, actor])).toEqual([
      ['Found by the programme', undefined],
      ['Paused: in hospital', 'Robin Coordinator'],
      ['Resumed', 'Robin Coordinator'],
      ['Handed over to northamptonshire care team', 'Robin Coordinator'],
      ['Moved to version 1', undefined],
      ['Paused: away for a while', 'Robin Coordinator'],
      ['New data ends it: somebody else met the need', undefined],
      ['Paused: away for a while', undefined],
    ]);
    expect(episode!.timeline.at(-1)).toMatchObject({ future: true, kind: 'pause', at: new Date('2026-12-10T09:00Z') });
    expect(episode).toMatchObject({
      may: [],
      leaving: { reason: 'need-met-by-others', reasonText: 'Somebody else met the need' },
      paused: { reason: 'away', by: 'Robin Coordinator', reviewOn: '2026-12-10' },
    });
    expect(episode!.clocks.map(({ clock, hours }) => [clock, hours])).toEqual([
      ['us', 0],
      ['partner', 0],
      ['person', 3],
      ['planned', 0],
      ['paused', 1],
    ]);
    expect((await reports.personRecord(personId)).episodes[0]?.may).toEqual([]);
  });

  it.each([
    ['need-met-by-us', 'Ended: We met the need'],
    ['need-met-by-others', 'Ended: Somebody else met the need'],
    ['no-longer-eligible', 'Ended: No longer fits the programme'],
    ['data-corrected', 'Ended: The data was wrong'],
    ['opted-out', 'Ended: Asked us to stop'],
    ['moved-away', 'Ended: Moved away'],
    ['died', 'Ended: Died'],
  ])('says of somebody who left by %s: %s', async (ending, title) => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId, status: 'ended', endedAt: NOW });
    const ids = { episodeId, personId, programme: 'stop-smoking' };
    await stage.db.ending.create({ data: { ...ids, ending, exit: true, good: false, at: NOW } });
    const [episode] = (await reports.personRecord(personId)).episodes;
    expect(episode?.timeline.at(-1)).toMatchObject({ kind: 'ending', title });
  });

  it('can be read by a team that an open episode was handed over to', async () => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId, teamKey: 'walsall' });
    expect((await reports.personRecord(personId, { teamKey: 'walsall' })).person.id).toBe(personId);
    await stage.db.episode.update({ where: { id: episodeId }, data: { status: 'ended' } });
    await expect(reports.personRecord(personId, { teamKey: 'walsall' })).rejects.toMatchObject({
      code: 'reports.person_missing',
    });
  });
});
