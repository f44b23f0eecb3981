import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';

/** A neighbourhood (LSOA 2021) of an area that the product knows. */
export interface Area {
  readonly lsoa: string;
  readonly name: string;
  readonly ltlaName: string;
  readonly imdDecile: number;
  readonly demoArea: string | null;
}

export interface Practice {
  readonly code: string;
  readonly name: string;
  readonly demoArea: string | null;
}

/** Where a postcode is. */
export interface Whereabouts {
  readonly lsoa: string;
  readonly imdDecile: number;
  readonly demoArea: string | null;
}

const IMD_VINTAGE = 2025;

const areaSchema = z.object({
  lsoa21cd: z.string(),
  lsoa21nm: z.string(),
  ltla24cd: z.string(),
  ltla24nm: z.string(),
  icb24cdh: z.string(),
  imd25_rank: z.coerce.number().int(),
  imd25_decile: z.coerce.number().int().min(1).max(10),
  pop_census21: z.coerce.number().int(),
  demo_area: z.string(),
});
const postcodeSchema = z.object({ postcode: z.string(), lsoa21cd: z.string() });
const practiceSchema = z.object({
  practice_code: z.string(),
  practice_name: z.string(),
  pcn_name: z.string(),
  lsoa21cd: z.string(),
  ltla24cd: z.string(),
  demo_area: z.string(),
});

/** The open data the product ships (prisma/seed/geography), as read. */
export interface Geography {
  readonly areas: readonly z.infer<typeof areaSchema>[];
  readonly postcodes: readonly z.infer<typeof postcodeSchema>[];
  readonly practices: readonly z.infer<typeof practiceSchema>[];
}

/** Reads the shipped geography from its folder. */
export function readGeography(folder: string): Geography {
  const rows = <Row>(name: string, schema: z.ZodType<Row>): Row[] => {
    const text = gunzipSync(readFileSync(join(folder, name)));
    return z.array(schema).parse(parse(text, { columns: true }));
  };
  return {
    areas: rows('areas.csv.gz', areaSchema),
    postcodes: rows('postcodes.csv.gz', postcodeSchema),
    practices: rows('practices.csv.gz', practiceSchema),
  };
}

/** Areas, postcodes and practices: reference data, loaded once and looked up by the register. */
@Injectable()
export class Places {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** Loads or refreshes the reference tables; a second time changes nothing. */
  async load({ areas, postcodes, practices }: Geography): Promise<void> {
    await this.database.inTransaction(async () => {
      const { client } = this.database;
      await client.$executeRaw`
        INSERT INTO area (lsoa, name, ltla, ltla_name, icb, imd_rank, imd_decile, imd_vintage, demo_area)
        SELECT lsoa21cd, lsoa21nm, ltla24cd, ltla24nm, icb24cdh, imd25_rank, imd25_decile, ${IMD_VINTAGE}, demo_area
        FROM jsonb_to_recordset(${JSON.stringify(areas)}::jsonb) AS t(lsoa21cd text, lsoa21nm text, ltla24cd text,
          ltla24nm text, icb24cdh text, imd25_rank int, imd25_decile int, demo_area text)
        ON CONFLICT (lsoa) DO UPDATE SET name = excluded.name, ltla = excluded.ltla, ltla_name = excluded.ltla_name,
          icb = excluded.icb, imd_rank = excluded.imd_rank, imd_decile = excluded.imd_decile,
          imd_vintage = excluded.imd_vintage, demo_area = excluded.demo_area`;
      await client.$executeRaw`
        INSERT INTO postcode (postcode, lsoa)
        SELECT postcode, lsoa21cd FROM jsonb_to_recordset(${JSON.stringify(postcodes)}::jsonb)
          AS t(postcode text, lsoa21cd text)
        ON CONFLICT (postcode) DO UPDATE SET lsoa = excluded.lsoa WHERE postcode.lsoa <> excluded.lsoa`;
      await client.$executeRaw`
        INSERT INTO practice (code, name, pcn_name, lsoa, demo_area)
        SELECT practice_code, practice_name, nullif(pcn_name, ''), lsoa21cd, demo_area
        FROM jsonb_to_recordset(${JSON.stringify(practices)}::jsonb)
          AS t(practice_code text, practice_name text, pcn_name text, lsoa21cd text, demo_area text)
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, pcn_name = excluded.pcn_name, lsoa = excluded.lsoa,
          demo_area = excluded.demo_area`;
      await this.audit.record({
        action: 'places.loaded',
        subjectKind: 'geography',
        subjectId: `imd-${IMD_VINTAGE}`,
        detail: { areas: areas.length, postcodes: postcodes.length, practices: practices.length },
      });
    }, 60);
  }

  /** Where each of these postcodes is; one that is not known is left out. */
  async locate(postcodes: readonly string[]): Promise<Map<string, Whereabouts>> {
    if (postcodes.length === 0) return new Map();
    const rows = await this.database.client.$queryRaw<(Whereabouts & { postcode: string })[]>`
      SELECT p.postcode, a.lsoa, a.imd_decile AS "imdDecile", a.demo_area AS "demoArea"
      FROM postcode p JOIN area a ON a.lsoa = p.lsoa WHERE p.postcode = ANY(${[...postcodes]})`;
    return new Map(rows.map(({ postcode, ...where }) => [postcode, where]));
  }

  /** The demo area of each of these practices; one that is not known is left out. */
  async areasOfPractices(codes: readonly string[]): Promise<Map<string, string>> {
    if (codes.length === 0) return new Map();
    const rows = await this.database.client.practice.findMany({ where: { code: { in: [...codes] } } });
    return new Map(rows.flatMap(({ code, demoArea }) => (demoArea ? [[code, demoArea] as const] : [])));
  }

  async findArea(lsoa: string): Promise<Area | null> {
    return this.database.client.area.findUnique({ where: { lsoa } });
  }

  async findPractice(code: string): Promise<Practice | null> {
    return this.database.client.practice.findUnique({ where: { code } });
  }
}
