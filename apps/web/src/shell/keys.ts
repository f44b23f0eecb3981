import { useEffect, useRef, useSyncExternalStore } from 'react';

const SETTING = 'fairway.single-keys';
const listeners = new Set<() => void>();

/** Whether single-key shortcuts work. Speech input can set them off by accident, so they can be switched off (WCAG 2.1.4). */
export function useKeysOn(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(SETTING) !== 'off',
  );
  const set = (value: boolean): void => {
    if (value) localStorage.removeItem(SETTING);
    else localStorage.setItem(SETTING, 'off');
    for (const listener of listeners) listener();
  };
  return [on, set];
}

/** Runs an act when its key is pressed alone, outside fields and questions. */
export function useKeys(acts: Readonly<Record<string, () => void>>): void {
  const [on] = useKeysOn();
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    if (!on) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target;
      if (
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
        !isChoice(target)
      ) {
        return;
      }
      if (document.querySelector('dialog[open]')) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [on]);
}

/** Letters do nothing in a radio or tick box, so a shortcut may work there. */
function isChoice(element: HTMLElement): boolean {
  return element instanceof HTMLInputElement && (element.type === 'radio' || element.type === 'checkbox');
}
