import type { INestApplicationContext } from '@nestjs/common';
import { type ImportResult, IngestService, shippedFolder } from '#care/ingest';
import { Places, readGeography } from '#care/population';
import { councilFeed, type Make, practiceFeed } from '../../../prisma/seed/generator/index.js';

const DELIVERY_PEOPLE = 20_000;

/**
 * Loads the shipped geography, makes the demo population and sends it through the door that real data uses. The same
 * people for the same seed and day; a second time on the same day changes nothing.
 */
export async function seedPopulation(
  rooms: INestApplicationContext,
  want: {
    readonly people: number;
    readonly today: Date;
    readonly seed?: string;
    readonly tell: (line: string) => void;
  },
): Promise<readonly ImportResult[]> {
  const { people, today, tell, seed = 'fairway' } = want;
  const geography = readGeography(shippedFolder('prisma/seed/geography'));
  const make: Make = { seed, size: people, asOf: today.toISOString().slice(0, 10), geography };
  tell('areas, postcodes and practices');
  await rooms.get(Places).load(geography);
  const ingest = rooms.get(IngestService);
  const results: ImportResult[] = [];
  for (let from = 0; from < people; from += DELIVERY_PEOPLE) {
    const to = Math.min(people, from + DELIVERY_PEOPLE);
    const said = ({ name, read }: ImportResult): void => tell(`people ${from + 1} to ${to}: ${name}, ${read} rows`);
    results.push(...(await ingest.importFiles('gp-record', [...practiceFeed(make, from, to)], said)));
    results.push(...(await ingest.importFiles('council-housing', [...councilFeed(make, from, to)], said)));
  }
  return results;
}
