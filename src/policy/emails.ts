/** Email addresses of accounts. */

const maxChars = 254;
/** What browsers accept in `type=email` (HTML, "valid email address"). It is ASCII only, so no two addresses look the same. */
const shape =
  /^[a-z\d.!#$%&'*+/=?^_`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/;

/** Returns the address in the form that is stored and compared; undefined if it is not valid. */
export function normaliseEmail(address: string): string | undefined {
  const email = address.trim().toLowerCase();
  return email.length <= maxChars && shape.test(email) ? email : undefined;
}
