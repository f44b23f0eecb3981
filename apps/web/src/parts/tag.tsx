import type { ReactElement, ReactNode } from 'react';

export type TagTone = 'green' | 'amber' | 'red' | 'blue' | 'grey' | 'demo';

export function Tag({ tone = 'grey', children }: { tone?: TagTone; children: ReactNode }): ReactElement {
  return <span className={`tag ${tone}`}>{children}</span>;
}

/** Marks what the first start wrote so that no desk is empty: it happened to nobody. */
export function DemoTag({ demo }: { demo: boolean | undefined }): ReactElement | null {
  return demo === true ? <Tag tone="demo">Demo history</Tag> : null;
}
