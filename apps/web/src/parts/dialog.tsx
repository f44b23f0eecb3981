import { useId, useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react';

/** A question that must be answered first. The browser keeps the focus inside and gives it back on closing. */
export function Dialog({
  title,
  onClose,
  children,
  className = '',
}: {
  title: string;
  /** Absent when it cannot be put aside. */
  onClose?: () => void;
  children: ReactNode;
  className?: string;
}): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Closed before it leaves the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
