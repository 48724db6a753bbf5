/** The subscription tiers of an account, the smallest first. They decide the API's rate limits (api-limits.ts). */
export const tiers = ['free', 'pro', 'business', 'enterprise'] as const;

export type Tier = (typeof tiers)[number];
