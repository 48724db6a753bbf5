/**
 * What `npm audit --json` printed, against the advisories that are allowed for some time (`audit-allowed.json`). Nothing here asks
 * the registry; audit.ts does.
 */
import { z } from 'zod';

const advisorySchema = z.object({
  source: z.number(),
  title: z.string(),
  url: z.string(),
  severity: z.string(),
  range: z.string(),
});
const fixSchema = z.union([
  z.boolean(),
  z.object({ name: z.string(), version: z.string(), isSemVerMajor: z.boolean() }),
]);

/** The three documents that npm prints: a report, an error of the registry, an error of its own. */
const reportSchema = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({ via: z.array(z.union([z.string(), advisorySchema])), fixAvailable: fixSchema }),
  ),
});
const registryErrorSchema = z.object({ message: z.string() });
const npmErrorSchema = z.object({ error: z.object({ summary: z.string() }) });

/** The file of allowed advisories. `until` is the last day (UTC) on which an entry counts. */
export const allowedSchema = z.array(
  z.strictObject({
    advisory: z.string().regex(/^(GHSA(-[0-9a-z]{4}){3}|\d+)$/, 'GHSA-xxxx-xxxx-xxxx, or the number that npm gives'),
    reason: z.string().min(1),
    until: z.iso.date(),
  }),
);
export type Allowed = z.infer<typeof allowedSchema>;

export const allowedFile = 'deploy/packages/audit-allowed.json';

/** `failures` make the check fail, `remarks` do not. Both are lines for a person. `asked` is false if the registry gave no report. */
export interface Outcome {
  readonly asked: boolean;
  readonly failures: readonly string[];
  readonly remarks: readonly string[];
}

/** `today` is a date such as `2026-11-30`. Throws if `printed` is not a document that npm prints. */
export function judge(printed: string, allowed: Allowed, today: string): Outcome {
  const document: unknown = JSON.parse(printed);
  const registryError = registryErrorSchema.safeParse(document);
  if (registryError.success) {
    const why = registryError.data.message.replaceAll(/\s+/g, ' ');
    return {
      asked: false,
      failures: [],
      remarks: [`The registry did not answer the audit, so nothing was checked: ${why}`],
    };
  }
  const npmError = npmErrorSchema.safeParse(document);
  if (npmError.success)
    return { asked: false, failures: [`npm audit failed: ${npmError.data.error.summary}`], remarks: [] };
  return compare(advisoriesOf(reportSchema.parse(document)), allowed, today);
}

interface Advisory {
  readonly id: string;
  readonly line: string;
}

function compare(found: readonly Advisory[], allowed: Allowed, today: string): Outcome {
  const entryOf = (id: string) => allowed.find(({ advisory }) => advisory === id);
  const counts = (id: string) => (entryOf(id)?.until ?? '') >= today;
  const failures = found
    .filter(({ id }) => !counts(id))
    .map(({ id, line }) => {
      const entry = entryOf(id);
      return entry ? `${line} It was allowed until ${entry.until}.` : line;
    });
  const unneeded = allowed
    .filter(({ advisory }) => !found.some(({ id }) => id === advisory))
    .map(({ advisory }) => `Remove ${advisory} from ${allowedFile}: nothing that is shipped has it.`);
  const sum = `${found.length} advisories about what is shipped, ${found.length - failures.length} of them allowed.`;
  return { asked: true, failures, remarks: [...unneeded, sum] };
}

/** One for each advisory and package. A package that is affected only by another one has no advisory of its own. */
function advisoriesOf({ vulnerabilities }: z.infer<typeof reportSchema>): Advisory[] {
  return Object.entries(vulnerabilities).flatMap(([name, { via, fixAvailable }]) =>
    via
      .filter((one) => typeof one !== 'string')
      .map(({ source, title, url, severity, range }) => ({
        id: /GHSA(-[0-9a-z]{4}){3}$/.exec(url)?.[0] ?? String(source),
        line: `${name} ${range}: ${title} (${severity}, ${url}). ${advice(name, fixAvailable)}`,
      })),
  );
}

function advice(name: string, fix: z.infer<typeof fixSchema>): string {
  if (fix === true) return 'Run: npm audit fix';
  if (fix === false)
    return `No version without it fits: replace what needs it (npm ls ${name}), or allow it in ${allowedFile} with a reason and an end.`;
  const install = `Run: npm install --save-exact ${fix.name}@${fix.version}`;
  return fix.isSemVerMajor ? `${install} (another major version: read its changelog first)` : install;
}
