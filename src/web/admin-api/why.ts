/** The field `reason`, the same in every operation that needs it. */
import { z } from 'zod';
import { maxReasonChars } from '../../policy/reasons.ts';

export const whyExample = 'Asked for by its owner.';

export const why = z.string().max(maxReasonChars).min(1).meta({ description: 'Why, for the record' });
/** For queries: a query has no example of its own in the OpenAPI document, so the field has one. */
export const whyQuery = why.meta({ description: 'Why, for the record', example: whyExample });
