/** A process of its own that migrates: `migrate-program.ts <url>`; prints the names of what it applied as JSON. */
import { migrate } from '../../src/store/migrate.ts';

const { applied } = await migrate(process.argv[2] as string);
process.stdout.write(JSON.stringify(applied));
