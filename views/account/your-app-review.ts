import { html } from 'hono/html';
import { m } from '../messages/index.ts';
import { type Html, listed, name, number } from '../text.ts';
import { day } from '../time.ts';
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
    title: m().yourApps.tabs.review,
    tab: '/review',
    content: html`<section class="panel" aria-labelledby="rev"><div class="setting"><header><h2 id="rev">${m().yourApps.review.titles[head.state]}</h2><p>${leads[head.state](props)}</p></header>
  <div class="stack"><ul class="checks">${props.facts.map((fact) => check(head, fact))}${props.demanded.length > 0 && demandedCheck(props.demanded)}</ul>
  ${head.state === 'draft' && submitForm(props)}
  ${['draft', 'in_review'].includes(head.state) && html`<p class="small quiet">${m().yourApps.review.note}</p>`}</div></div></section>
${history.length > 0 && html`<section class="panel" aria-labelledby="past"><div class="setting"><header><h2 id="past">${m().yourApps.review.history}</h2></header><ul class="lines">${history.map(line)}</ul></div></section>`}`,
  });
}

const leads: Record<AppHead['state'], (props: Props) => string> = {
  draft: ({ limit }) => {
    const { until, untilLimited } = m().yourApps.overview;
    return limit === undefined ? until : untilLimited(number(limit));
  },
  in_review: () => m().yourApps.review.inReview,
  verified: () => m().yourApps.review.verified,
  suspended: () => m().yourApps.review.suspended,
};

function check({ path, editable }: AppHead, { name: field, label, hint, given }: Fact): Html {
  const words = m().yourApps.review;
  if (given) return html`<li>${ok}<div><b>${words.there(label)}</b></div></li>`;
  const missing = words.missing(label);
  const write = editable
    ? html` <a href="${path}/edit#${field}">${words.write}<span class="vh">: ${missing}</span></a>`
    : '';
  return html`<li>${hm}<div><b>${missing}</b><p>${hint}${write}</p></div></li>`;
}

const ok = html`<svg class="ok" viewBox="0 0 20 20" aria-hidden="true"><path d="m4.5 10.5 3.7 3.7 7.3-8"/></svg>`;
const hm = html`<svg class="hm" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7.3"/><path d="M10 5.8V10l2.7 1.8"/></svg>`;

const demandedCheck = (scopes: string[]): Html =>
  html`<li>${hm}<div><b>${m().yourApps.review.optional}</b><p>${m().yourApps.review.demands(listed(scopes.map((scope) => html`<code>${scope}</code>`)))}</p></div></li>`;

function submitForm({ csrf, head, facts }: Props): Html {
  const missing = facts.filter(({ given }) => !given).length;
  const why =
    missing > 0 && html`<span class="small quiet" id="why-not">${m().yourApps.review.countMissing(missing)}</span>`;
  const state = missing > 0 && html` disabled aria-describedby="why-not"`;
  return html`<form method="post" action="${head.path}/review" class="row"><input type="hidden" name="csrf" value="${csrf}"><button class="btn solid"${state}>${m().yourApps.review.submit}</button>${why}</form>`;
}

function line({ what, at, reason }: ReviewStep): Html {
  return html`<li><div><p><b>${m().yourApps.review.steps[what]}</b></p>${reason && html`<p>${name(reason)}</p>`}</div>${day(at)}</li>`;
}
