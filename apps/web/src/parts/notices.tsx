import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';

interface Notice {
  id: number;
  text: string;
  undo?: () => void;
}
type Tell = (text: string, undo?: () => void) => void;

const NoticeContext = createContext<Tell>(() => undefined);

/** Says what was done, on screen and to a screen reader; with a way back where there is one. */
export function useTell(): Tell {
  return useContext(NoticeContext);
}

const STAYS_MS = 10_000;

/** One notice at a time, at the foot. It stays while someone is on it, and never takes the focus. */
export function Notices({ children }: { children: ReactNode }): ReactElement {
  const [notice, setNotice] = useState<Notice | null>(null);
  const [held, setHeld] = useState(false);
  const count = useRef(0);
  const tell = useCallback<Tell>((text, undo) => {
    count.current += 1;
    setNotice({ id: count.current, text, undo });
  }, []);
  const id = notice?.id;
  useEffect(() => {
    if (id === undefined || held) return undefined;
    const timer = setTimeout(() => setNotice(null), STAYS_MS);
    return () => clearTimeout(timer);
  }, [id, held]);
  const hold = useMemo(
    () => ({
      onMouseEnter: () => setHeld(true),
      onMouseLeave: () => setHeld(false),
      onFocus: () => setHeld(true),
      onBlur: () => setHeld(false),
    }),
    [],
  );
  return (
    <NoticeContext value={tell}>
      {children}
      <div className="notices" {...hold}>
        <p role="status">{notice ? <span key={notice.id}>{notice.text}</span> : null}</p>
        {notice ? (
          <span className="notice-buttons">
            {notice.undo ? (
              <button
                type="button"
                onClick={() => {
                  notice.undo?.();
                  setNotice(null);
                  setHeld(false);
                }}
              >
                Undo
              </button>
            ) : null}
            <button
              type="button"
              onClick={() => {
                setNotice(null);
                setHeld(false);
              }}
            >
              Close<span className="hidden-text"> this message</span>
            </button>
          </span>
        ) : null}
      </div>
    </NoticeContext>
  );
}
