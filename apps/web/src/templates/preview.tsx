import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useRef, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import type { Fairway } from '../api/fairway';
import type { TemplatePreview, TemplateVersion } from '../api/views';
import { Loaded } from '../parts/loaded';
import { plural } from '../words/dates';
import { language as languageName, sentence } from '../words/words';

export const CHANNELS = ['email', 'sms', 'letter', 'page'] as const;
export type Channel = (typeof CHANNELS)[number];
const NAMES: Readonly<Record<Channel, string>> = {
  email: 'E-mail',
  sms: 'Text message',
  letter: 'Letter',
  page: 'Reply page',
};
export const FORMATS = ['standard', 'large-print', 'easy-read', 'braille', 'audio', 'bsl'] as const;
export type Format = (typeof FORMATS)[number];
const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  standard: 'Standard',
  'large-print': 'Large print',
  'easy-read': 'Easy read',
  braille: 'Braille',
  audio: 'Audio',
  bsl: 'British Sign Language',
};

/** What is looked at: kept in the address, so that it can be shared. */
export interface Look {
  readonly channel: Channel;
  readonly language: string;
  readonly format: Format;
  readonly reader: 'person' | 'proxy';
  /** Another template in the same message. */
  readonly with?: string;
}

/** A version's words as people would get them, one way at a time. */
export function Preview({
  api,
  version,
  look,
  onLook,
}: {
  api: Pick<Fairway, 'templatePreview' | 'templates'>;
  version: TemplateVersion;
  look: Look;
  onLook: (changes: Partial<Look>) => void;
}): ReactElement {
  const panel = useId();
  const all = useQuery({ queryKey: ['templates'], queryFn: api.templates });
  const others = (all.data ?? []).filter(({ template, sent }) => template !== version.template && sent !== null);
  const shared = look.channel === 'email' || look.channel === 'letter';
  const query = useQuery({
    queryKey: ['template-preview', version.id, look],
    queryFn: () => api.templatePreview(version.id, look),
    placeholderData: keepPreviousData,
    // The words of a version never change.
    staleTime: Infinity,
  });
  return (
    <section className="card" aria-labelledby={`${panel}-heading`}>
      <h2 id={`${panel}-heading`}>What people get</h2>
      <p className="sub">To an invented person. Nothing is sent from here.</p>
      <Tabs chosen={look.channel} panel={panel} onChoose={(channel) => onLook({ channel })} />
      <div className="look-at no-print">
        <Choice label="Language" value={look.language} onChange={(language) => onLook({ language })}>
          {version.languages.map(({ tag, name, sent }) => (
            <option key={tag} value={tag}>
              {name}
              {sent ? '' : ' (not checked)'}
            </option>
          ))}
        </Choice>
        <Choice label="How they read" value={look.format} onChange={(format) => onLook({ format: format as Format })}>
          {FORMATS.map((format) => (
            <option key={format} value={format}>
              {FORMAT_NAMES[format]}
            </option>
          ))}
        </Choice>
        <Choice
          label="Who reads it"
          value={look.reader}
          onChange={(reader) => onLook({ reader: reader as Look['reader'] })}
        >
          <option value="person">The person</option>
          <option value="proxy">Who speaks for them</option>
        </Choice>
        {shared && others.length > 0 ? (
          <Choice
            label="In one message with"
            value={look.with ?? ''}
            onChange={(together) => onLook({ with: together === '' ? undefined : together })}
          >
            <option value="">Nothing else</option>
            {others.map(({ template, title }) => (
              <option key={template} value={template}>
                {title}
              </option>
            ))}
          </Choice>
        ) : null}
      </div>
      <div role="tabpanel" id={panel} aria-labelledby={`${panel}-${look.channel}`} aria-busy={query.isFetching}>
        <Loaded query={query} what="the preview">
          {(shown) => (
            <>
              <Notes shown={shown} look={look} />
              <Message shown={shown} version={version} look={look} />
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}

/** Tabs as the ARIA practices say: one stop of the keyboard, arrows between them. */
function Tabs({
  chosen,
  panel,
  onChoose,
}: {
  chosen: Channel;
  panel: string;
  onChoose: (channel: Channel) => void;
}): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = CHANNELS.indexOf(chosen);
    const places: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % CHANNELS.length,
      ArrowLeft: (at - 1 + CHANNELS.length) % CHANNELS.length,
      Home: 0,
      End: CHANNELS.length - 1,
    };
    const next = CHANNELS[places[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    onChoose(next);
    list.current?.querySelector<HTMLElement>(`[data-channel="${next}"]`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Ways to write" className="tabs no-print" ref={list} onKeyDown={move}>
      {CHANNELS.map((channel) => (
        <button
          key={channel}
          type="button"
          role="tab"
          id={`${panel}-${channel}`}
          data-channel={channel}
          aria-selected={channel === chosen}
          aria-controls={panel}
          tabIndex={channel === chosen ? 0 : -1}
          onClick={() => onChoose(channel)}
        >
          {NAMES[channel]}
        </button>
      ))}
    </div>
  );
}

function Choice({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}): ReactElement {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
    </label>
  );
}

/** Where what is shown is not what was asked for, and how hard it is to read. */
function Notes({ shown, look }: { shown: TemplatePreview; look: Look }): ReactElement {
  return (
    <>
      {shown.sent ? null : (
        <p className="alert">
          Nobody who speaks {languageName(shown.language)} has checked this translation, so it is not sent. They get
          English until somebody has.
        </p>
      )}
      {shown.format === look.format ? null : (
        <p className="alert">
          {FORMAT_NAMES[look.format]}: there is none of its own for this, so they get{' '}
          {FORMAT_NAMES[shown.format].toLowerCase()}.
        </p>
      )}
      {shown.grade === null ? null : (
        <p className="quiet reading">
          Reading age about {readingAge(shown.grade)} (Flesch-Kincaid grade {shown.grade.toFixed(1)})
        </p>
      )}
    </>
  );
}

/** A school grade is read five years after birth and as many more as it says. */
function readingAge(grade: number): number {
  return Math.max(5, Math.ceil(grade) + 5);
}

function Message({
  shown,
  version,
  look,
}: {
  shown: TemplatePreview;
  version: TemplateVersion;
  look: Look;
}): ReactElement | null {
  const lang = shown.language;
  const frame = (what: 'email' | 'page'): string => {
    const { language, format, reader, with: together } = look;
    const query = new URLSearchParams(
      what === 'page' ? { language, format } : { language, format, reader, ...(together && { with: together }) },
    );
    return `/api/template-versions/${version.id}/${what}?${query.toString()}`;
  };
  if (shown.email) {
    return (
      <>
        <div className="mail">
          <p className="mail-subject" lang={lang}>
            <span className="src">Subject, which shows on a locked phone</span>
            {shown.email.subject}
          </p>
          <iframe
            title={`The e-mail in ${languageName(lang)}, ${FORMAT_NAMES[shown.format].toLowerCase()}`}
            sandbox=""
            src={frame('email')}
          />
        </div>
        <details className="plain-form">
          <summary>The same without pictures and colours (plain text)</summary>
          <pre lang={lang} tabIndex={0} aria-label="The e-mail as plain text">
            {shown.email.text}
          </pre>
        </details>
      </>
    );
  }
  if (shown.sms) {
    const { text, characters, segments, costly } = shown.sms;
    return (
      <div className="phone">
        <p className="bubble" lang={lang}>
          {text}
        </p>
        <p className="quiet">
          {plural(characters, 'character')}, charged as {plural(segments, 'text message')}
          {costly.length === 0 ? '' : `. Letters that cost more: ${costly.join(' ')}`}
        </p>
      </div>
    );
  }
  if (shown.letter) {
    const { heading, paragraphs, instruction } = shown.letter;
    return (
      <>
        {instruction === null ? null : (
          <p className="alert">
            <strong>To whoever makes it:</strong> {instruction}
          </p>
        )}
        <article className={`sheet ${shown.format}`} lang={lang} aria-label="The letter">
          <p className="address">
            Their name
            <br />
            Their address
          </p>
          <h3>{heading}</h3>
          {paragraphs.map((paragraph, index) => (
            <p key={index}>{paragraph}</p>
          ))}
        </article>
      </>
    );
  }
  if (shown.page) {
    return (
      <>
        <div className="phone">
          <iframe title={`The reply page in ${languageName(lang)}`} sandbox="" src={frame('page')} />
        </div>
        <p className="after" lang={lang}>
          <span className="src" lang="en-GB">
            After a yes
          </span>
          {shown.page.thanks}
        </p>
      </>
    );
  }
  return <p className="quiet">There is no {sentence(shown.channel).toLowerCase()} to show.</p>;
}
