import { isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import { nearest } from './vocabulary.js';

/** One thing wrong in a programme file, said so that it can be mended without reading any code. */
export interface Mistake {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  /** What to write instead, where that can be told: the nearest word that would be right, or what to do. */
  readonly mend?: string;
  /** All of it in one sentence. */
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** What is wrong at a place in the file, before the place is known by line. */
export interface Finding {
  readonly path: Path;
  /** True when the key itself is wrong, not what it holds. */
  readonly atKey?: boolean;
  readonly found?: string;
  /** `one of a, b, c` lets a near miss be mended. */
  readonly expected: string;
  /** What to do about it, as a sentence without its full stop. */
  readonly mend?: string;
}

/** Turns a place in the document into line and column. */
export function locate(file: string, document: Document.Parsed, lines: LineCounter, finding: Finding): Mistake {
  const found = finding.found ?? (finding.atKey ? String(finding.path.at(-1)) : foundAt(document, finding.path));
  return mistakeAt(file, lines.linePos(offsetOf(document, finding)), found, finding.expected, finding.mend);
}

export function mistakeAt(
  file: string,
  { line, col }: { line: number; col: number },
  found: string,
  expected: string,
  remedy?: string,
): Mistake {
  const meant = expected.startsWith('one of ')
    ? nearest(found.replaceAll('"', ''), expected.slice('one of '.length).split(', '))
    : null;
  const mend = remedy ?? meant;
  const how = remedy ? `. ${remedy}` : meant ? `. Did you mean ${meant}?` : '';
  const message = `${file}:${line}:${col}: found ${found}, expected ${expected}${how}`;
  return { file, line, column: col, found, expected, ...(mend ? { mend } : {}), message };
}

function foundAt(document: Document.Parsed, path: Path): string {
  const node = nodeAt(document, path);
  if (node === null) return `no ${path.at(-1) ?? 'content'}`;
  if (isScalar(node)) return typeof node.value === 'string' ? `"${node.value}"` : String(node.value);
  return isSeq(node) ? (node.items.length ? 'a list' : 'an empty list') : 'a group of settings';
}

function nodeAt(document: Document.Parsed, path: Path): Node | null {
  return path.length === 0 ? document.contents : ((document.getIn(path, true) as Node | undefined) ?? null);
}

/** The place itself or, where nothing stands there, the nearest thing around it. */
function offsetOf(document: Document.Parsed, { path, atKey }: Finding): number {
  const parent = path.length > 0 ? nodeAt(document, path.slice(0, -1)) : null;
  if (atKey && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    if (pair) return (pair.key as Node).range?.[0] ?? 0;
  }
  const node = nodeAt(document, path);
  if (node?.range) return node.range[0];
  return path.length > 0 ? offsetOf(document, { path: path.slice(0, -1), expected: '' }) : 0;
}
