import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

/** Names the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Fairway' : `${title} – Fairway`;
  }, [title]);
}

/** The page's one main heading. After a change of page the reader's place is here, unless they are already elsewhere. */
export function Heading({ children, className }: { children: ReactNode; className?: string }): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement?.id === 'main') heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  );
}

/** A plain page: heading, what it is for, content. */
export function Page({
  title,
  beside,
  lede,
  children,
}: {
  title: string;
  /** Said after the heading, such as a tag. */
  beside?: ReactNode;
  lede?: ReactNode;
  children: ReactNode;
}): ReactElement {
  useTitle(title);
  return (
    <div className="page">
      <Heading>
        {title} {beside}
      </Heading>
      {lede ? <p className="lede">{lede}</p> : null}
      {children}
    </div>
  );
}
