/**
 * How many clients that came by themselves, by a request or by their document, there may be at a time as long as nobody has allowed
 * them. A network that many people share has many that are in use, and these are not counted.
 */
export type UnusedLimits = readonly [network: number, region: number, all: number];

export const unusedLimits: UnusedLimits = [200, 2_000, 20_000];

export const tooManyUnused =
  'Too many apps that nobody uses yet were registered from this network. Use one of them, or try again later';

/**
 * Equal apps of one network share a client until it has so many people. The rest of its room is for those who were given it and have
 * not decided yet.
 */
export const shareBelow = (peopleLimit: number): number => Math.ceil(peopleLimit / 2);
