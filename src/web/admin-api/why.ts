/** The field with which a caller says why, for the record: the same wherever it is asked for. */
import { z } from 'zod';
import { maxReasonChars } from '../../policy/reasons.ts';

export const whyExample = 'Asked for by its owner.';

export const why = z.string().max(maxReasonChars).min(1).meta({ description: 'Why, for the record' });
/** In an address there is no other example than the field's own. */
export const whyQuery = why.meta({ description: 'Why, for the record', example: whyExample });
