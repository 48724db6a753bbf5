/** The engine's warning about a Node.js that is not on its list is kept for the log, and stays out of the terminal. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startNode } from '../../cli/vcauth.ts';

const program = `
  const { warn } = console;
  await import('./src/server/cluster.ts');
  const { engineWarnings } = await import('./src/oidc/patches/engine-warnings.ts');
  const { errors } = await import('oidc-provider');
  process.stdout.write(JSON.stringify([engineWarnings, console.warn === warn, typeof errors.InvalidRequest]));
`;

it('loading the engine prints nothing in the terminal, and leaves the console as it was', async () => {
  const node = startNode(['--input-type=module', '--eval', program], {});
  let [stdout, stderr] = ['', ''];
  node.stdout.on('data', (chunk) => (stdout += chunk));
  node.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(node, 'close');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [remarks, sameConsole, loaded] = JSON.parse(stdout);
  // There is no warning once this Node.js is on the engine's list.
  for (const remark of remarks) expect(remark).toMatch(/^oidc-provider WARNING: Unsupported runtime/);
  expect([sameConsole, loaded]).toEqual([true, 'function']);
});
