import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, isId } from '#platform/kernel';
import { makeRecord, type PersonRecord } from './person-record.js';
import { PersonRecordRepository } from './person-record.repository.js';
import { instantsOf, makeReport, type Period, type ProgrammeReport, yearTo } from './programme-report.js';
import { reportCsv } from './report-csv.js';
import { PersonRecordMissing, ReportMissing } from './reports.faults.js';
import { ReportsRepository } from './reports.repository.js';

const PROGRAMME_KEY = /^[a-z0-9-]{1,60}$/;

@Injectable()
export class ReportsService {
  constructor(
    private readonly database: Database,
    private readonly reports: ReportsRepository,
    private readonly records: PersonRecordRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * The funnel of people let in during a period, the last year unless it says otherwise, with small counts hidden.
   * Throws ReportMissing, PeriodWrong.
   */
  async programmeReport(wanted: { readonly programme: string } & Partial<Period>): Promise<ProgrammeReport> {
    if (!PROGRAMME_KEY.test(wanted.programme)) throw new ReportMissing(wanted.programme);
    const now = this.clock.now();
    const year = yearTo(now);
    const period = { from: wanted.from ?? year.from, to: wanted.to ?? year.to };
    const { since, until } = instantsOf(period);
    return this.database.inTransaction(async () => {
      const programme = await this.reports.findProgramme(wanted.programme);
      if (!programme) throw new ReportMissing(wanted.programme);
      const setting = await this.reports.findSetting(wanted.programme, since, until);
      const counts = await this.reports.countStages(wanted.programme, since, until);
      await this.audit.record({
        action: 'report.read',
        subjectKind: 'programme',
        subjectId: wanted.programme,
        detail: { ...period },
      });
      const work = {
        endings: await this.reports.countEndings(wanted.programme, since, until),
        endingTitles: await this.reports.endingTitles(wanted.programme),
        clocks: await this.reports.sumClocks(wanted.programme, since, until, now),
        raisedToManager: await this.reports.countRaised(wanted.programme),
      };
      return makeReport({ ...programme, ...setting, ...work, counts }, period, now);
    });
  }

  /** The report as CSV: the same figures, safe to open in a spreadsheet. */
  csv(report: ProgrammeReport): string {
    return reportCsv(report);
  }

  /** Everything a team works with about one person. Recorded as a read. Throws PersonRecordMissing. */
  async personRecord(personId: string, { teamKey }: { readonly teamKey?: string } = {}): Promise<PersonRecord> {
    if (!isId(personId)) throw new PersonRecordMissing(personId);
    return this.database.inTransaction(async () => {
      const person = await this.records.findPerson(personId);
      if (!person) throw new PersonRecordMissing(personId);
      const episodes = await this.records.listEpisodes(personId);
      // A team also works with people whose episodes were handed over to it.
      const handedOver = episodes.some((episode) => episode.status === 'open' && episode.teamKey === teamKey);
      if (teamKey !== undefined && person.teamKey !== teamKey && !handedOver) throw new PersonRecordMissing(personId);
      await this.audit.record({
        action: 'person.read',
        subjectKind: 'person',
        subjectId: personId,
        personId,
        purpose: 'direct-care',
      });
      return makeRecord(person, episodes, this.clock.now(), teamKey);
    });
  }
}
