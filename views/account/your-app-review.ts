import { html } from 'hono/html';
import { type Html, listed, name } from '../text.ts';
import { day, plural } from '../time.ts';
import { type AppHead, type OwnFrame, ownLayout } from './your-app.ts';

/** A fact that a review needs, in the words of its field. */
type Fact = { name: string; label: string; hint: string; given: boolean };

/** A step in the life of an app. Which admin took it is not shown to the owner. */
type ReviewStep = {
  what: 'submitted' | 'verified' | 'sent_back' | 'reopened' | 'suspended' | 'resumed';
  at: Date;
  reason?: string;
};

type Props = OwnFrame & {
  facts: readonly Fact[];
  /** Scopes that change things or cost money and that people can’t leave out. */
  demanded: string[];
  redirectUris: string[];
  history: ReviewStep[];
  /** How many people may use it before it is verified; undefined for an app that acts for itself. */
  limit: number | undefined;
};

/** What a review needs, how the last ones ended, and the button that asks for one. */
export function yourAppReviewPage(props: Props): string {
  const { head, history } = props;
  return ownLayout(props, {
    title: 'Review',
    tab: '/review',
    content: html`<section class="panel" aria-labelledby="rev"><div class="setting"><header><h2 id="rev">${titles[head.state]}</h2><p>${leads[head.state](props)}</p></header>
  <div class="stack"><ul class="checks">${props.facts.map((fact) => check(head, fact))}${props.demanded.length > 0 && demandedCheck(props.demanded)}</ul>
  ${head.state === 'draft' && submitForm(props)}
  <p class="small quiet">A person looks at it. Changing what was checked later means another review.</p></div></div></section>
${history.length > 0 && html`<section class="panel" aria-labelledby="past"><div class="setting"><header><h2 id="past">What happened</h2></header><ul class="lines">${history.map(line)}</ul></div></section>`}`,
  });
}

const titles: Record<AppHead['state'], string> = {
  draft: 'Get verified',
  in_review: 'In review',
  verified: 'Verified',
  suspended: 'Suspended',
};

const leads: Record<AppHead['state'], (props: Props) => string> = {
  draft: ({ limit }) =>
    `Until then people see “Not checked” and no logo${limit === undefined ? '' : `, and at most ${limit.toLocaleString('en')} can connect`}.`,
  in_review: () => 'Somebody at VibeCaaS looks at it. The app works meanwhile.',
  verified: () => 'People read its name, owner and address as facts.',
  suspended: () => 'Every request of it is refused. Ask VibeCaaS what has to change.',
};

function check({ path, editable }: AppHead, { name: field, label, hint, given }: Fact): Html {
  if (given) return html`<li>${ok}<div><b>${label}: there.</b></div></li>`;
  const missing = `${label}: missing.`;
  const write = editable
    ? html` <a href="${path}/edit#${field}">Write it<span class="vh">: ${missing}</span></a>.`
    : '';
  return html`<li>${hm}<div><b>${missing}</b><p>${hint}${write}</p></div></li>`;
}

const ok = html`<svg class="ok" viewBox="0 0 20 20" aria-hidden="true"><path d="m4.5 10.5 3.7 3.7 7.3-8"/></svg>`;
const hm = html`<svg class="hm" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7.3"/><path d="M10 5.8V10l2.7 1.8"/></svg>`;

const demandedCheck = (scopes: string[]): Html =>
  html`<li>${hm}<div><b>Optional permissions.</b><p>It demands ${listed(scopes.map((scope) => html`<code>${scope}</code>`))} of everybody. Reviewers will ask why; ask VibeCaaS to make it optional if people can do without.</p></div></li>`;

function submitForm({ csrf, head, facts }: Props): Html {
  const missing = facts.filter(({ given }) => !given).length;
  const why =
    missing > 0 &&
    html`<span class="small quiet" id="why-not">${plural(missing, 'fact')} ${missing === 1 ? 'is' : 'are'} missing.</span>`;
  const state = missing > 0 && html` disabled aria-describedby="why-not"`;
  return html`<form method="post" action="${head.path}/review" class="row"><input type="hidden" name="csrf" value="${csrf}"><button class="btn solid"${state}>Submit for review</button>${why}</form>`;
}

const labels: Record<ReviewStep['what'], string> = {
  submitted: 'Put in review',
  verified: 'Verified',
  sent_back: 'Sent back to draft',
  reopened: 'Back in review after a change',
  suspended: 'Suspended',
  resumed: 'Suspension lifted',
};

function line({ what, at, reason }: ReviewStep): Html {
  return html`<li><div><p><b>${labels[what]}</b></p>${reason && html`<p>${name(reason)}</p>`}</div>${day(at)}</li>`;
}
