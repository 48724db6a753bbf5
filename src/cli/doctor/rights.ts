/** Checks what the role may do: enough for a server, no more than that, and whether it can migrate. */
import type { Settings } from '../../config/settings.ts';
import type { Db } from '../../store/database.ts';
import { lackingRights, type RoleFacts, readRoleFacts } from '../../store/database-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, problem } = findingsOf('rights');
const maxShown = 5;
const repeat = 'repeat the grants of docs/admin.md as the owner';

export async function checkRights(db: Db, settings: Pick<Settings, 'autoMigrate'>): Promise<Finding[]> {
  const role = await readRoleFacts(db);
  return [await checkTables(db, role), ...checkTooMuch(role), ...checkMigrating(role, settings.autoMigrate)];
}

/** Whether the role can do what servers do. */
export async function checkTables(db: Db, { name, uses_queue: usesQueue }: RoleFacts): Promise<Finding> {
  const lacking = await lackingRights(db);
  if (!usesQueue && lacking.length === 0)
    return problem(`The role ${name} may not use the schema vcauth_queue: ${repeat}.`);
  if (lacking.length === 0) return ok(`The role ${name} can read and write what a server needs.`);
  const shown = lacking.slice(0, maxShown).map((one) => `${one.privilege} on ${one.name}`);
  const more = lacking.length > maxShown ? ` and ${lacking.length - maxShown} more` : '';
  return problem(`The role ${name} lacks ${shown.join(', ')}${more}: ${repeat}.`);
}

/** An attacker who takes over the server has these rights too. */
function checkTooMuch(role: RoleFacts): Finding[] {
  const { name } = role;
  if (role.superuser) {
    return [
      warning(
        `The role ${name} is a superuser, and so is anybody who takes over the server: use a role that owns one database.`,
      ),
    ];
  }
  const more = [
    ...(role.creates_databases ? ['CREATEDB'] : []),
    ...(role.creates_roles ? ['CREATEROLE'] : []),
    ...(role.replicates ? ['REPLICATION'] : []),
    ...(role.bypasses ? ['BYPASSRLS'] : []),
  ];
  if (more.length === 0) return [];
  return [
    warning(
      `The role ${name} has ${more.join(', ')}, which it does not need: ALTER ROLE … ${more.map((one) => `NO${one}`).join(' ')}.`,
    ),
  ];
}

function checkMigrating(
  { name, creates, creates_schemas: createsSchemas, owns }: RoleFacts,
  autoMigrate: boolean,
): Finding[] {
  if (creates && createsSchemas && owns) return [ok(`The role ${name} can migrate.`)];
  const lacks = owns ? (creates ? 'CREATE on the database' : 'CREATE on the schema') : 'the ownership of the tables';
  const says = `The role ${name} lacks ${lacks}, so it can’t migrate`;
  if (!autoMigrate) return [ok(`${says}; run vcauth migrate as the owner.`)];
  return [warning(`${says}: before an upgrade run vcauth migrate as the owner, and set AUTO_MIGRATE=off for servers.`)];
}
