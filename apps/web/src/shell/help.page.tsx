import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Page } from '../parts/page';

/** What someone needs to know on their first day, on one page. */
export function HelpPage(): ReactElement {
  return (
    <Page title="Help" lede="What each desk is for, and what to expect of it. You see the desks of your own role.">
      <div className="prose">
        <h2>Working the list</h2>
        <p>
          <Link to="/work" search={{ view: 'needs-us' }}>
            Work
          </Link>{' '}
          shows what your team must do, the most needed first. Open a row to see who it is about, why they were found
          and what to ask. Choose what happened and save: the next step starts by itself. You can give a claimed task
          back at any time.
        </p>
        <p>
          New work is counted at the top of the list and never moves the rows under your hand. Press the count to show
          it.
        </p>
        <h2>Snooze a task</h2>
        <p>
          Is it not the right day? Open the task, choose <em>Snooze</em>, pick a day and say why. The task waits under{' '}
          <Link to="/work" search={{ view: 'snoozed' }}>
            Snoozed
          </Link>{' '}
          and comes back to the list by itself on that day.
        </p>
        <h2>Pause, hand over or end</h2>
        <p>
          These buttons are on a person’s record, beside the name of the programme. You find the person under{' '}
          <Link to="/people">People</Link>.
        </p>
        <p>
          <strong>Pause</strong> stops the clock: nothing is sent, and no date passes. Use it when somebody is in
          hospital or away. You find them under{' '}
          <Link to="/work" search={{ view: 'paused' }}>
            Paused
          </Link>
          . Pick a day to look again. On that day they are also back under{' '}
          <Link to="/work" search={{ view: 'needs-us' }}>
            Needs us now
          </Link>
          , until you press <strong>Resume</strong>. If you pick no day, it is after four weeks.
        </p>
        <p>
          <strong>Hand over</strong> gives the programme to another team, with its open tasks. Nobody there has claimed
          them yet.
        </p>
        <p>
          <strong>End it</strong> stops the programme for this person at once. Choose the reason with care: reports
          count each one, and you cannot undo it.
        </p>
        <h2>Keys</h2>
        <p>
          Every list and form works by keyboard. On the Work desk single keys are quicker: press <kbd>?</kbd> for all of
          them, and to switch them off.
        </p>
        <h2>Answering a referral</h2>
        <p>
          <Link to="/referrals">Referrals</Link> shows what a partner service was asked. The name and contact details
          are shown once the service accepts. If there is no answer by the date, another service is asked.
        </p>
        <h2>The words of our messages</h2>
        <p>
          <Link to="/templates">Templates</Link> shows every message just as each reader gets it: e-mail, text, letter,
          easy read and other languages. A clinical lead approves each version. Nothing is sent in words that nobody has
          approved: the message waits, and your team gets a task that says so.
        </p>
        <h2>Moving people to a new version</h2>
        <p>
          A programme can change. People stay on the version they began with, unless a programme manager moves them:
          open the programme under <Link to="/programmes">Programmes</Link> and choose{' '}
          <em>Move people to another version</em>. You see first who can move and what happens to their open tasks. A
          move can be undone for 24 hours.
        </p>
        <h2>When the records differ</h2>
        <p>
          Fairway checks each night that every person’s record and the steps it takes for them agree.{' '}
          <Link to="/drift">Differences</Link> shows where they do not, and what you can do. Nothing is put right by
          itself: somebody chooses, and says why.
        </p>
        <h2>Trying a programme out</h2>
        <p>
          <Link to="/simulations">Simulations</Link> plays a programme through with the people found today, months in
          minutes. It shows how many calls and referrals to expect, and what would be late. Nobody is contacted, and no
          record changes.
        </p>
        <h2>Reading a report</h2>
        <p>
          <Link to="/reports">Reports</Link> show how far people came and where the gap opens. <em>How it ended</em>{' '}
          counts every ending by its reason. <em>Whose time has run</em> shows how long people waited for us, for a
          service or for themselves, in working hours.
        </p>
        <p>A star hides a count so small that someone could be picked out, or one that would let it be worked out.</p>
        <h2>What is recorded</h2>
        <p>
          Opening a person’s record is recorded with your name and the time, and so is every change. A privacy officer
          reads these records. Look only at people you are helping.
        </p>
        <h2>If someone asks us to stop</h2>
        <p>
          Open their record and choose <em>Stop contact</em>. It takes effect at once: everything under way for them
          ends and nothing more is sent.
        </p>
        <h2>Demo history</h2>
        <p>
          Items with this tag were written when this copy of Fairway was first started, so that no desk is empty. They
          happened to nobody.
        </p>
      </div>
    </Page>
  );
}
