import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock } from '#platform/kernel';
import {
  answer,
  answersFrom,
  evaluate,
  findHolding,
  judge,
  prioritise,
  ProgrammesService,
  type Judgement,
  type Leaf,
  type Rule,
} from '#care/programmes';
import { PersonNotKnown } from './detection.faults.js';
import { FindingRepository, type Finding } from './finding.repository.js';
import { lookAgain, type RecheckResult } from './recheck.js';

export interface RunOutcome {
  readonly runId: string;
  readonly programme: string;
  /** People on the register: alive, and not moved away. */
  readonly assessed: number;
  /** All whom the programme is for, actionable or not. */
  readonly found: number;
  readonly notActionable: number;
  /** Found now and not by the run before. */
  readonly entered: number;
  /** Found by the run before and not now. */
  readonly gone: number;
  readonly milliseconds: number;
}

/** What a programme says of one person, and why they may be off the register altogether. */
export interface Assessment extends Judgement {
  readonly left: 'died' | 'moved-away' | null;
}

@Injectable()
export class DetectionService {
  constructor(
    private readonly findings: FindingRepository,
    private readonly programmes: ProgrammesService,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Evaluates the live version for everybody on the register and keeps who was found. Safe to repeat. Throws ProgrammeMissing. */
  async run(programmeKey: string, asOf: Date = this.clock.now()): Promise<RunOutcome> {
    const programme = await this.programmes.getLive(programmeKey);
    const startedAt = this.clock.now();
    return this.database.inTransaction(async () => {
      await this.findings.takeTurn(programmeKey);
      const runId = await this.findings.openRun(programme, asOf, startedAt);
      const assessed = await this.findings.countRegister();
      const people = await this.findings.findEligible(programme, asOf);
      const { entered, gone } = await this.findings.keep(runId, programme, people, asOf);
      const finishedAt = this.clock.now();
      const notActionable = people.filter(({ judgement }) => judgement.state === 'not-actionable').length;
      const counts = { assessed, found: people.length, notActionable, entered, gone };
      await this.findings.closeRun(runId, { ...counts, finishedAt });
      await this.audit.record({
        action: 'detection.ran',
        subjectKind: 'detection-run',
        subjectId: runId,
        purpose: programme.purpose,
        detail: { programme: programmeKey, version: programme.version, ...counts },
      });
      return {
        runId,
        programme: programmeKey,
        ...counts,
        milliseconds: finishedAt.getTime() - startedAt.getTime(),
      };
    }, 300);
  }

  /** Why, why not, and what would change it, for one person. Throws ProgrammeMissing, PersonNotKnown. */
  async assess(programmeKey: string, personId: string, asOf: Date = this.clock.now()): Promise<Assessment> {
    const programme = await this.programmes.getLive(programmeKey);
    const person = await this.findings.findKnown(personId);
    if (!person) throw new PersonNotKnown(personId);
    const judgement = judge(programme, answersFrom(person.known, asOf));
    if (!person.left) return { ...judgement, left: null };
    const text = person.left === 'died' ? 'Has died' : 'Has moved away';
    const whyNot = [{ text, kind: 'person', source: null, at: null }];
    return {
      ...judgement,
      state: 'not-eligible',
      reasons: [],
      whyNot,
      wouldChange: [],
      notNow: null,
      left: person.left,
    };
  }

  /**
   * What decides about a person whom somebody asks us to enrol, whether or not they fit the rule: is the programme for
   * them at all, what holds them back (`ignoring` leaves kinds of reason out), and how urgent they are. Throws as `assess`.
   */
  async weigh(
    programmeKey: string,
    personId: string,
    asOf: Date,
    ignoring: readonly Leaf['test'][] = [],
  ): Promise<Pick<Judgement, 'notNow' | 'priority' | 'parts'> & { readonly accepted: boolean }> {
    const programme = await this.programmes.getLive(programmeKey);
    const person = await this.findings.findKnown(personId);
    if (!person) throw new PersonNotKnown(personId);
    const answerLeaf = answersFrom(person.known, asOf);
    return {
      accepted: answer(programme.triggers.accepts, answerLeaf).met,
      notNow: findHolding(programme, answerLeaf, ignoring),
      ...prioritise(programme, answerLeaf),
    };
  }

  /**
   * Whether somebody under way still needs what the version they were let in by offers, and if not, why. The facts they
   * were found by are those their episode of `episodeOpenedAt` names. Throws ProgrammeVersionMissing, PersonNotKnown.
   */
  async recheck(call: {
    readonly programmeVersionId: string;
    readonly personId: string;
    readonly episodeOpenedAt: Date;
    /** Something we arranged in this episode has begun to help. */
    readonly helpedByUs: boolean;
    readonly at: Date;
  }): Promise<RecheckResult> {
    const { personId, episodeOpenedAt: openedAt, helpedByUs, at } = call;
    const definition = await this.programmes.getVersion(call.programmeVersionId);
    const person = await this.findings.findKnown(personId);
    if (!person) throw new PersonNotKnown(personId);
    const reasons = await this.findings.reasonsOf({ personId, programme: definition.programme, openedAt });
    return lookAgain(definition, person.known, { openedAt, reasons, helpedByUs, at });
  }

  /** The place of the first rule that holds for a person at an instant; null for none. Throws PersonNotKnown. */
  async chooseWay(personId: string, rules: readonly Rule[], at: Date): Promise<number | null> {
    const person = await this.findings.findKnown(personId);
    if (!person) throw new PersonNotKnown(personId);
    const way = rules.findIndex((rule) => evaluate(rule, person.known, at).met);
    return way === -1 ? null : way;
  }

  async findingsOf(personId: string): Promise<readonly Finding[]> {
    return this.findings.listOf(personId);
  }

  async countFindings(programmeKey: string): Promise<Readonly<Record<Finding['state'], number>>> {
    return this.findings.countByState(programmeKey);
  }
}
