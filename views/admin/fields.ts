import { html } from 'hono/html';
import { m } from '../messages/index.ts';
import { type Html, plain } from '../text.ts';

const words = () => m().adminFrame;

/** What is wrong with each field, worded to follow the field’s label. */
export type Problems = Readonly<Record<string, Problem>>;

/** A text goes on after the label; HTML stands on its own, after the label and a colon in most languages. */
export type Problem = string | Html;

/** A sentence: the label of a field, and what is wrong with its value. */
export function problemAfter(label: string, problem: Problem): Html {
  if (typeof problem !== 'string') return m().adminFrame.problem(label, problem);
  // A problem that begins with a value is about one entry of a list.
  const of = problem.startsWith('"') ? `${label}:` : label;
  return html`${m().fields.problem(of, plain(problem))}`;
}

type Field = {
  name: string;
  label: string;
  /** What messages call it, if not by its label. */
  called?: string;
  /** Goes before the label, and not into messages. */
  before?: string;
  value?: string;
  hint?: Html | string;
  problem?: Problem | undefined;
  required?: boolean;
  /** A message elsewhere on the page that is about this field too. */
  describedBy?: string | undefined;
  /**
   * Gets the focus, so that a screen reader reads what is wrong. Without this, the first field of the page with a problem does.
   */
  focused?: boolean;
};

/** One line of text. */
export function textField(
  field: Field & {
    type?: 'text' | 'email' | 'url' | 'password' | 'date' | 'search' | 'number';
    small?: boolean;
    autocomplete?: string;
    /** The least value: of a date, YYYY-MM-DD. */
    min?: string;
  },
): Html {
  const { name, type = 'text', value, small, autocomplete = 'off', min } = field;
  return framed(
    field,
    html`<input${small && html` class="less"`} id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" spellcheck="false"${value && html` value="${plain(value)}"`}${min && html` min="${min}"`}${field.required && html` required`}${state(field)}>`,
  );
}

/** Several lines. */
export function areaField(field: Field & { rows?: number }): Html {
  const { name, value = '', rows = 3 } = field;
  // HTML drops a line break right after the tag.
  return framed(
    field,
    html`<textarea class="mono" id="${name}" name="${name}" rows="${rows}" autocomplete="off" spellcheck="false"${state(field)}>
${plain(value)}</textarea>`,
  );
}

export type Choice = { value: string; label: string };

export function selectField(field: Field & { choices: Choice[]; small?: boolean }): Html {
  const { name, value = '', choices, small } = field;
  const options = choices.map(
    (choice) =>
      html`<option value="${choice.value}"${choice.value === value && html` selected`}>${choice.label}</option>`,
  );
  return framed(
    field,
    html`<select${small && html` class="less"`} id="${name}" name="${name}"${state(field)}>${options}</select>`,
  );
}

/** One box: the whole row is the label. */
export function checkbox(props: {
  name: string;
  value: string;
  label: Html | string;
  checked: boolean;
  hint?: Html | string | undefined;
  /** Only if no other checkbox has the name. */
  id?: string;
}): Html {
  const id = props.id ?? `${props.name}-${props.value}`;
  return html`<div class="scope pick"><input type="checkbox" id="${id}" name="${props.name}" value="${props.value}"${props.checked && html` checked`}><div><label for="${id}">${props.label}</label>${props.hint && html`<p>${props.hint}</p>`}</div></div>`;
}

function framed(field: Field, control: Html): Html {
  return html`<div class="field"><label for="${field.name}">${field.before}${field.label}</label>${control}${below(field)}</div>`;
}

function below({ name, label, called = label, hint, problem }: Field): Html {
  const wrong =
    problem && html`<span class="hint no" id="${name}-problem" role="alert">${problemAfter(called, problem)}</span>`;
  // The hint stays: it says what is expected.
  return html`${wrong}${hint && html`<span class="hint" id="${name}-hint">${hint}</span>`}`;
}

function state({ name, hint, problem, describedBy, focused = problem !== undefined }: Field): Html {
  const ids = [describedBy, problem && `${name}-problem`, hint && `${name}-hint`].filter((id) => id);
  return html`${ids.length > 0 && html` aria-describedby="${ids.join(' ')}"`}${problem && html` aria-invalid="true"`}${focused && html` autofocus`}`;
}

/** Radio buttons or checkboxes. `legend` names them for screen readers, and `problem` is a sentence about them, below them. */
export function choiceGroup({
  name,
  legend,
  problem,
  content,
}: {
  name: string;
  legend: string;
  problem: Html | string | undefined;
  content: Html;
}): Html {
  // The focus on the group makes a screen reader read its name and what is wrong with it.
  return html`<fieldset${problem && html` tabindex="-1" aria-describedby="${name}-problem" autofocus`}><legend class="vh">${legend}</legend>${content}${problem && html`<p class="hint no" id="${name}-problem" role="alert">${problem}</p>`}</fieldset>`;
}

/** Why something is done: a line that others will read. */
export const reasonField = (field: Partial<Field>): Html =>
  textField({
    name: 'reason',
    label: words().reason,
    hint: words().reasonHint,
    required: true,
    ...field,
  });
