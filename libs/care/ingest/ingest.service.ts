import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, isId } from '#platform/kernel';
import { CodeLists } from './code-lists.js';
import { readCsvLine, readHeader } from './csv.js';
import { type Feed, readFhirLine } from './fhir.js';
import { ImportRunMissing } from './ingest.faults.js';
import { type ImportRun, IngestRepository, type QuarantinedRow } from './ingest.repository.js';
import { linesOf } from './lines.js';
import { type Reason, refuse } from './reasons.js';
import { type IncomingRecord, type Reading, RegisterDoor, type Verdict } from './record.js';

export type Format = 'fhir-ndjson' | 'csv';

/** One file of a delivery: its bytes (gzip or plain) in pieces of any size. */
export interface IncomingFile {
  readonly name: string;
  readonly format: Format;
  readonly lines: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;
}

/** What came of one file. accepted + quarantined = read; `unused` is the part of accepted of which nothing is kept. */
export interface ImportResult {
  readonly runId: string;
  readonly name: string;
  read: number;
  accepted: number;
  quarantined: number;
  /** Rows set aside, by reason. */
  readonly reasons: Record<string, number>;
  /** Rows understood and not kept, by why. */
  readonly unused: Record<string, number>;
  /** Details left out of rows that were accepted. */
  readonly remarks: Record<string, number>;
}

interface Row {
  readonly line: number;
  readonly kind: string;
  readonly content: string;
  readonly reading: Reading;
}

interface Held {
  readonly result: ImportResult;
  readonly row: Row;
}

const BATCH_ROWS = 5_000;
const BATCH_CHARACTERS = 32_000_000;
/** Rows may come before the person they are about; so many are kept in mind until the delivery ends. */
const MOST_HELD = 100_000;
const KEPT_CONTENT = 20_000;
const LONGEST_KEY = 300;
/** JSON text of a zero byte or of half a surrogate pair, which Postgres refuses. */
const UNKEEPABLE = /\\u0000|\\ud[89a-f]/i;

/** The loading dock: feeds come in, checked records go to the register, and every row that cannot be used is set aside. */
@Injectable()
export class IngestService {
  constructor(
    private readonly register: RegisterDoor,
    private readonly runs: IngestRepository,
    private readonly lists: CodeLists,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** FHIR R4 bulk NDJSON, one resource a line. Never throws for what is in the rows. */
  async importNdjson(file: Omit<IncomingFile, 'format'> & { readonly source: string }): Promise<ImportResult> {
    return this.importOne({ ...file, format: 'fhir-ndjson' });
  }

  /** CSV with a header of people, facts or permissions (CSV_COLUMNS). Never throws for what is in the rows. */
  async importCsv(file: Omit<IncomingFile, 'format'> & { readonly source: string }): Promise<ImportResult> {
    return this.importOne({ ...file, format: 'csv' });
  }

  /**
   * Several files as one delivery, in any order: a row about a person who comes later waits for them until the end.
   * `progress` is called after each batch.
   */
  async importFiles(
    source: string,
    files: readonly IncomingFile[],
    progress: (result: ImportResult) => void = () => undefined,
  ): Promise<ImportResult[]> {
    const results: ImportResult[] = [];
    let waiting: Held[] = [];
    for (const file of files) {
      const result = await this.open(source, file);
      results.push(result);
      waiting = await this.readFile(file, { source, result, waiting, progress });
    }
    for (const held of byRun(waiting)) await this.writeBatch(source, held.result, held.rows, null);
    for (const result of results) {
      await this.database.inTransaction(async () => {
        await this.runs.finish(result.runId, this.clock.now());
        await this.audit.record({
          action: 'import.finished',
          subjectKind: 'import-run',
          subjectId: result.runId,
          detail: { read: result.read, accepted: result.accepted, quarantined: result.quarantined },
        });
      });
    }
    return results;
  }

  async listRuns(limit = 50): Promise<ImportRun[]> {
    return this.runs.list(limit);
  }

  /** The rows set aside by a run, in the order of the file. Throws ImportRunMissing. */
  async listQuarantine(runId: string, page: { afterLine?: number; limit?: number } = {}): Promise<QuarantinedRow[]> {
    if (!isId(runId) || !(await this.runs.find(runId))) throw new ImportRunMissing(runId);
    return this.runs.listQuarantine(runId, page.afterLine ?? 0, page.limit ?? 100);
  }

  private async importOne(file: IncomingFile & { readonly source: string }): Promise<ImportResult> {
    const [result] = await this.importFiles(file.source, [file]);
    return result!;
  }

  private async open(source: string, { name, format }: IncomingFile): Promise<ImportResult> {
    const runId = await this.runs.open({ source, format, name, startedAt: this.clock.now() });
    return { runId, name, read: 0, accepted: 0, quarantined: 0, reasons: {}, unused: {}, remarks: {} };
  }

  private async readFile(
    file: IncomingFile,
    delivery: {
      source: string;
      result: ImportResult;
      waiting: Held[];
      progress: (result: ImportResult) => void;
    },
  ): Promise<Held[]> {
    const { source, result, progress } = delivery;
    const { waiting } = delivery;
    let batch: Row[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      const room = MOST_HELD - waiting.length;
      const early = await this.writeBatch(source, result, batch, room);
      for (const row of early) waiting.push({ result, row });
      batch = [];
      size = 0;
      progress(result);
    };
    for await (const row of this.rowsOf(file, source)) {
      batch.push(row);
      size += row.content.length;
      if (batch.length >= BATCH_ROWS || size > BATCH_CHARACTERS) await flush();
    }
    await flush();
    return waiting;
  }

  private async *rowsOf(file: IncomingFile, source: string): AsyncGenerator<Row> {
    const feed: Feed = { source, lists: this.lists, today: this.clock.now().toISOString().slice(0, 10) };
    let header: ReturnType<typeof readHeader> | undefined;
    for await (const { number, text, wrong } of linesOf(file.lines)) {
      if (wrong) {
        yield { line: number, kind: 'row', content: text, reading: refuse(wrong) };
      } else if (file.format === 'csv' && header === undefined) {
        header = readHeader(text);
      } else {
        const { kind, ...reading } =
          file.format === 'csv' ? readCsvLine(text, header ?? null, feed) : readFhirLine(text, feed);
        yield { line: number, kind, content: text, reading: 'record' in reading ? keepable(reading) : reading };
      }
    }
  }

  /**
   * Writes a batch whole or not at all. Rows about people not known yet are given back, up to `mayHold`; null means
   * that nobody else will come, and they are set aside.
   */
  private async writeBatch(
    source: string,
    result: ImportResult,
    batch: readonly Row[],
    mayHold: number | null,
  ): Promise<Row[]> {
    if (batch.length === 0) return [];
    let accepted = 0;
    const early: Row[] = [];
    const setAside: { row: Row; reason: Reason; explain: string }[] = [];
    const remarks: string[] = [];
    await this.database.inTransaction(async () => {
      const records = batch.flatMap(({ reading }): IncomingRecord[] => ('record' in reading ? [reading.record] : []));
      const verdicts = (await this.register.take(records, { runId: result.runId, source })).values();
      for (const row of batch) {
        const { reading } = row;
        if ('refused' in reading) {
          setAside.push({ row, ...reading.refused });
        } else if ('unused' in reading) {
          accepted += 1;
        } else {
          const verdict = verdicts.next().value as Verdict;
          if (verdict.taken) {
            accepted += 1;
            remarks.push(...(reading.remarks ?? []), ...verdict.remarks);
          } else if ('refused' in verdict) {
            setAside.push({ row, ...verdict.refused });
          } else if (mayHold !== null && early.length < mayHold) {
            early.push(row);
          } else {
            setAside.push({ row, ...refuse('ingest.unknown_person').refused });
          }
        }
      }
      await this.runs.setAside(
        result.runId,
        setAside.map(({ row, reason, explain }) => ({
          line: row.line,
          kind: row.kind,
          reason,
          explain,
          content: storable(row.content),
        })),
      );
      // A row that waits is counted when it is decided, so that the sum is right at every moment.
      await this.runs.count(result.runId, {
        rowsRead: accepted + setAside.length,
        accepted,
        quarantined: setAside.length,
      });
    }, 120);
    result.read += accepted + setAside.length;
    result.accepted += accepted;
    result.quarantined += setAside.length;
    for (const { reason } of setAside) add(result.reasons, reason);
    for (const remark of remarks) add(result.remarks, remark);
    for (const { reading } of batch) if ('unused' in reading) add(result.unused, reading.unused);
    return early;
  }
}

/** What Postgres cannot hold or index is refused here, so that no row can spoil its batch. */
function keepable(reading: Extract<Reading, { record: IncomingRecord }>): Reading {
  if (keysOf(reading.record).some((text) => text.length > LONGEST_KEY)) {
    return refuse('ingest.wrong_shape', `a name, id or reference is longer than ${LONGEST_KEY} characters`);
  }
  return UNKEEPABLE.test(JSON.stringify(reading.record)) ? refuse('ingest.bad_character') : reading;
}

function keysOf(record: IncomingRecord): readonly string[] {
  if (record.kind === 'person') {
    const identifiers = record.identifiers.flatMap(({ system, value }) => [system, value]);
    return [record.given, record.family, record.proxy?.name ?? '', record.addressLine ?? '', ...identifiers];
  }
  const { person, sourceId } = record;
  return 'nhsNumber' in person ? [sourceId] : [sourceId, person.system, person.value];
}

/** The beginning of a row as Postgres can keep it: no zero byte, no half pair. */
function storable(content: string): string {
  return Buffer.from(content.slice(0, KEPT_CONTENT).replaceAll('\0', '\uFFFD')).toString();
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function byRun(waiting: readonly Held[]): { result: ImportResult; rows: Row[] }[] {
  const runs = new Map<ImportResult, Row[]>();
  for (const { result, row } of waiting) {
    const rows = runs.get(result);
    if (rows) rows.push(row);
    else runs.set(result, [row]);
  }
  return [...runs].flatMap(([result, rows]) => {
    const batches = [];
    for (let from = 0; from < rows.length; from += BATCH_ROWS) {
      batches.push({ result, rows: rows.slice(from, from + BATCH_ROWS) });
    }
    return batches;
  });
}
