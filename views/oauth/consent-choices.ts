import { html } from 'hono/html';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
import type { Html } from '../text.ts';
import { minute } from '../time.ts';

/** What the form sends for a choice of time: seconds, or `until`. */
type Duration = keyof Messages['consentChoices']['durations'];

/** What the consent page of an app that came by itself adds: everything about it is up to the person. */
export type ConsentChoices = {
  /** Whether "Read only" is on at first; undefined: there is nothing to switch. */
  readOnly: boolean | undefined;
  durations: readonly Duration[];
  /** The preselected one. */
  duration: Duration;
  /** When what was allowed before ends; null: when the person disconnects the app; undefined: nothing was. */
  until?: Date | null;
  /** Whether the page asks for everything, and not only for what is new. */
  whole: boolean;
  /** Whether the app gets refresh tokens, which end by themselves. */
  renews: boolean;
};

/**
 * The "Read only" switch, a checkbox `read_only`. The style sheet folds what it leaves out (`.writes`); without that, the server
 * holds to the switch whatever is ticked.
 */
export function readOnlySwitch({ readOnly }: ConsentChoices): Html | undefined {
  if (readOnly === undefined) return undefined;
  const words = m().consentChoices;
  return html`<div class="on"><div><label for="ro"><b>${words.readOnly}</b></label><p id="ro-what">${words.readOnlyWhat}</p></div><input class="read-only" type="checkbox" role="switch" name="read_only" value="on" id="ro" aria-describedby="ro-what"${readOnly && html` checked`}></div>`;
}

/** For how long: radio buttons named `duration`. A hidden `whole` says that the page asks for everything. */
export function durationChoice({ durations, duration, until, whole, renews }: ConsentChoices): Html {
  const words = m().consentChoices;
  const radios = durations.map(
    (one) =>
      html`<label><input type="radio" name="duration" value="${one}" required${one === duration && html` checked`}><span>${words.durations[one]}</span></label>`,
  );
  const before =
    until === undefined ? undefined : until === null ? words.allowedForGood : words.allowedUntil(minute(until));
  return html`<fieldset class="ask-more"><legend>${words.howLong}</legend>${whole && html`<input type="hidden" name="whole" value="yes">`}
        <div class="seg flow">${radios}</div>
        ${before && html`<p class="small quiet">${before}</p>`}
        ${renews && html`<p class="small quiet">${words.alsoEnds}</p>`}
      </fieldset>`;
}
