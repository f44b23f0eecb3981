import type { ReactElement } from 'react';
import { Tag } from '../parts/tag';
import type { StepInWords, Way } from './steps';
import './programme.css';

const KINDS: Readonly<Record<StepInWords['kind'], string>> = {
  contact: 'Reach them',
  task: 'Task',
  referral: 'Referral',
  wait: 'Wait',
  measure: 'Follow-up',
  recheck: 'Look again',
  branch: 'Which way',
  together: 'Side by side',
};

/** The steps of a pathway in their order; what goes on side by side stands side by side. */
export function StepList({ steps }: { steps: readonly StepInWords[] }): ReactElement {
  return (
    <ol className="pathway">
      {steps.map((step) => (
        <li key={step.id} id={anchor(step.id)}>
          <h3>{step.title}</h3>
          <About step={step} />
          {step.branches.length === 0 ? null : (
            <ul className="branches">
              {step.branches.map((branch) => (
                <li key={branch.key}>
                  <h4>{branch.title}</h4>
                  <ol className="branch">
                    {branch.steps.map((one) => (
                      <li key={one.id} id={anchor(one.id)}>
                        <h5>{one.title}</h5>
                        <About step={one} />
                        <Ways ways={one.ways} />
                      </li>
                    ))}
                  </ol>
                </li>
              ))}
            </ul>
          )}
          <Ways ways={step.ways} />
        </li>
      ))}
    </ol>
  );
}

function About({ step }: { step: StepInWords }): ReactElement {
  return (
    <>
      <p>
        <Tag tone="grey">{KINDS[step.kind]}</Tag> {step.what}
      </p>
      <Lines title="How we try" lines={step.plan} />
      <Lines title="If it is late" lines={step.ladder} />
    </>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }): ReactElement | null {
  if (lines.length === 0) return null;
  return (
    <div className="step-lines">
      <p>{title}</p>
      <ol>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </div>
  );
}

function Ways({ ways }: { ways: readonly Way[] }): ReactElement {
  return (
    <dl>
      {ways.map((way) => (
        <div key={way.when}>
          <dt>
            {way.when}
            {way.hint === null ? null : <span className="src">{way.hint}</span>}
          </dt>
          <dd>{way.step === null ? way.leads : <a href={`#${anchor(way.step)}`}>{way.leads}</a>}</dd>
        </div>
      ))}
    </dl>
  );
}

function anchor(step: string): string {
  return `step-${step}`;
}
