/** Text that people read and others wrote. */

/** No control characters, NUL among them, and nothing that turns the direction of what stands around it. */
export function isPlainText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text);
}
