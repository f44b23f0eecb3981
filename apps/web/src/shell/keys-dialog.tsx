import type { ReactElement } from 'react';
import { Dialog } from '../parts/dialog';
import { useKeysOn } from './keys';

const KEYS: readonly (readonly [string, string])[] = [
  ['j', 'Next row'],
  ['k', 'Row before'],
  ['Enter', 'Open the row'],
  ['c', 'Claim it, or give it back'],
  ['n', 'Get next: claim and open the next one'],
  ['/', 'Find a person'],
  ['?', 'This list'],
];

/** Every key, and the switch that turns them off. */
export function KeysDialog({ onClose }: { onClose: () => void }): ReactElement {
  const [on, setOn] = useKeysOn();
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([key, act]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{act}</dd>
          </div>
        ))}
      </dl>
      <label className="tick">
        <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} /> Single keys work
      </label>
      <p className="quiet">Switch them off if you speak to your computer, or press keys by accident.</p>
      <div className="btns">
        <button type="button" className="btn q" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
