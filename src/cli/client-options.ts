/** The options of `clients create` and `clients update`, by the description of a client's fields. */
import type { FieldFlag } from '../policy/client/field.ts';
import { type ClientInput, clientFields, clientSchema, type FieldName, fieldNames } from '../policy/client/schema.ts';
import { clientTypeNames } from '../policy/client/types.ts';
import type { Option, Options } from './command.ts';
import { UsageError } from './usage-error.ts';

/** A decision of a reviewer, which takes its reason along. */
const verified = {
  verified: { type: 'flag', doc: 'we have checked who runs it; say with --reason how' },
  reason: { type: 'text', value: 'TEXT', doc: 'why it is verified, or why that is taken back, for the record' },
} as const;

const flags = fieldNames.flatMap((name): (FieldFlag & { field: FieldName })[] => {
  const { flag } = clientFields[name];
  return flag ? [{ ...flag, field: name }] : [];
});

const fieldOptions = Object.fromEntries(flags.map((flag) => [flag.name, optionOf(flag)]));

const negations: Options = Object.fromEntries(
  flags.flatMap(({ negation }) => (negation ? [[negation.name, { type: 'flag', doc: negation.doc }]] : [])),
);

export const createOptions = {
  name: { ...optionOf({ field: 'client_name', ...clientFields.client_name.flag }), type: 'text', required: true },
  type: { type: 'text', choices: clientTypeNames, doc: 'web unless you say otherwise' },
  'client-id': { type: 'text', value: 'ID', doc: 'an id of your choice instead of a random one' },
  ...withoutName(fieldOptions),
  ...verified,
} as const;

/** A list replaces the one before, and an empty text takes a value away. */
export const updateOptions = {
  ...fieldOptions,
  ...verified,
  ...negations,
  unverified: { type: 'flag', doc: 'a draft again: people are warned; say with --reason why' },
} as const;

type Given = Readonly<Record<string, string | readonly string[] | number | boolean | undefined>>;

/**
 * What the options say of the client, for the fields that they name.
 * @throws UsageError for options that contradict each other
 */
export function clientChanges(options: Given, apiResource: string): Partial<ClientInput> {
  const pairs = flags.flatMap(({ name, negation }) => (negation ? [[name, negation.name] as const] : []));
  for (const [yes, no] of [...pairs, ['verified', 'unverified'] as const]) {
    if (options[yes] !== undefined && options[no]) throw new UsageError(`--${yes} and --${no} contradict each other.`);
  }
  checkReason(options);
  const values = flags.map((flag) => [flag.field, valueOfFlag(flag, options, apiResource)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function valueOfFlag({ name, negation, field }: (typeof flags)[number], options: Given, apiResource: string): unknown {
  const given = options[name];
  if (negation && options[negation.name]) return optionType(field) === 'flag' ? false : '';
  if (field === 'gateway_resource' && given === '') return apiResource;
  if (!Array.isArray(given)) return given;
  const entries = given.filter(Boolean);
  return field === 'workload_identities' ? entries.map((entry) => parsed(name, entry)) : entries;
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${name} must be a JSON object with issuer and subject.`);
  }
}

function optionOf({ field, value, valueOptional, doc = '' }: Partial<FieldFlag> & { field: FieldName }): Option {
  const choices = choicesOf(field);
  return {
    type: optionType(field),
    ...(value !== undefined && { value }),
    ...(choices && { choices }),
    ...(valueOptional && { valueOptional }),
    doc,
  };
}

function optionType(field: FieldName): Option['type'] {
  const { schema } = clientFields[field];
  if (schema.safeParse(true).success) return 'flag';
  if (schema.safeParse(0).success) return 'count';
  return schema.safeParse([]).success ? 'list' : 'text';
}

function choicesOf(field: FieldName): readonly string[] | undefined {
  const schema = clientSchema.shape[field];
  return 'options' in schema ? schema.options : undefined;
}

function withoutName({ name: _, ...options }: Options): Options {
  return options;
}

/** A decision says why; nothing else here does. */
function checkReason({ verified, unverified, reason }: Given): void {
  const decides = Boolean(verified ?? unverified);
  if (decides && reason === undefined)
    throw new UsageError('--reason is missing: why it is verified, or why that is taken back.');
  if (!decides && reason !== undefined) throw new UsageError('--reason goes with --verified or --unverified.');
}
