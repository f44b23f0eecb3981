import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { WelcomeView } from '../api/views';
import { Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { sentence } from '../words/words';
import { signInAgainAddress, useSession } from '../shell/session';

/** For someone who has just started their own copy: who to be, and what to try. */
export function WelcomePage({ api }: { api: Pick<Fairway, 'welcome'> }): ReactElement {
  const query = useQuery({ queryKey: ['welcome'], queryFn: api.welcome, staleTime: Infinity, retry: false });
  return (
    <Page title="Welcome to Fairway" lede="A running copy with invented people. Ten minutes show you the whole of it.">
      <Loaded query={query} what="the guide">
        {(welcome) => <Guide welcome={welcome} />}
      </Loaded>
    </Page>
  );
}

function Guide({ welcome }: { welcome: WelcomeView }): ReactElement {
  const session = useSession();
  const [ticked, setTicked] = useTicks();
  return (
    <div className="grid welcome">
      <div>
        <section className="card" aria-labelledby="try">
          <h2 id="try">What to try</h2>
          <p className="sub">In this order, the story runs through every desk. Tick as you go.</p>
          <ol className="steps">
            {welcome.steps.map((step, index) => (
              <li key={step.title}>
                <label className="tick">
                  <input
                    type="checkbox"
                    checked={ticked.includes(index)}
                    onChange={() =>
                      setTicked(ticked.includes(index) ? ticked.filter((one) => one !== index) : [...ticked, index])
                    }
                  />
                  <strong>{step.title}</strong>
                </label>
                <p>{step.text}</p>
                {step.path === null ? null : (
                  <p>
                    {step.username === null ? (
                      <a href={step.path}>Go there</a>
                    ) : (
                      <a href={signInAgainAddress(step.path)}>
                        Sign in as <strong>{step.username}</strong>
                      </a>
                    )}
                  </p>
                )}
              </li>
            ))}
          </ol>
        </section>
        <section className="card" aria-labelledby="behind">
          <h2 id="behind">Behind the desks</h2>
          <ul className="links">
            {welcome.mailUrl === null ? null : (
              <li>
                <a href={welcome.mailUrl}>Mail that was sent</a>
                <span className="src">
                  No message leaves this computer: every one is caught here. Answer one as the person who got it.
                </span>
              </li>
            )}
            {welcome.postUrl === null ? null : (
              <li>
                <a href={welcome.postUrl}>Texts and letters that were sent</a>
                <span className="src">None leaves this computer either. The links in them work as well.</span>
              </li>
            )}
            {welcome.temporalUi === null ? null : (
              <li>
                <a href={welcome.temporalUi}>Pathways in Temporal</a>
                <span className="src">
                  Every step of every pathway, without a name: only references, and those encrypted.
                </span>
              </li>
            )}
            <li>
              <a href={welcome.docsUrl}>The API, described</a>
              <span className="src">Every route, with what it takes and answers.</span>
            </li>
            <li>
              <Link to="/help">Help</Link>
              <span className="src">What each desk is for.</span>
            </li>
          </ul>
        </section>
      </div>
      <div>
        <section className="card" aria-labelledby="who">
          <h2 id="who">Who to sign in as</h2>
          <p className="sub">
            The password is <code>{welcome.password}</code> for all of them.
            {session ? ` You are signed in as ${session.user.name}.` : null}
          </p>
          <ul className="logins">
            {welcome.logins.map((login) => (
              <li key={login.username}>
                <div>
                  <strong>
                    <code>{login.username}</code>
                  </strong>
                  <span className="src">{sentence(login.organisation)}</span>
                  <span>{login.does}</span>
                </div>
                <a className="btn q" href={signInAgainAddress('/')}>
                  Sign in<span className="hidden-text"> as {login.username}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

const TICKS = 'fairway.welcome';

/** Which steps were tried, kept in this browser. */
function useTicks(): [number[], (ticked: number[]) => void] {
  const [ticked, setTicked] = useState<number[]>(() => {
    const kept = localStorage.getItem(TICKS) ?? '';
    return kept === '' ? [] : kept.split(',').map(Number);
  });
  const keep = (next: number[]): void => {
    localStorage.setItem(TICKS, next.join(','));
    setTicked(next);
  };
  return [ticked, keep];
}
