/** Email addresses of accounts. */

const maxLength = 254;
/** What browsers accept in `type=email` (HTML, "valid email address"): ASCII, so that two addresses that look alike are alike. */
const shape =
  /^[a-z\d.!#$%&'*+/=?^_`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/;

/** The address in the one form that we store and compare; undefined when it is none. */
export function normaliseEmail(address: string): string | undefined {
  const email = address.trim().toLowerCase();
  return email.length <= maxLength && shape.test(email) ? email : undefined;
}
