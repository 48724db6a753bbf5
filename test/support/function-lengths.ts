/** Finds long functions with TypeScript's own parser: a pattern cannot tell where a function ends. */
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';
import type { Source } from './architecture.ts';

const functions: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
]);

/** Returns a sentence for each function with more than `maxLines` lines. Imports are not resolved, and types not checked. */
export function longFunctions(sources: readonly Source[], maxLines: number): string[] {
  const files = Object.fromEntries(sources.map(({ path, text }) => [`/${path}`, text]));
  const compilerOptions = { allowJs: true, noLib: true, noResolve: true, types: [], module: 'nodenext' };
  const config = JSON.stringify({ files: Object.keys(files), compilerOptions });
  const api = new API({ cwd: '/', fs: createVirtualFileSystem({ ...files, '/tsconfig.json': config }) });
  try {
    const project = api.updateSnapshot({ openProject: '/tsconfig.json' }).getProject('/tsconfig.json');
    return Object.entries(files).flatMap(([path, text]) => {
      const parsed = project?.program.getSourceFile(path);
      if (!parsed) throw new Error(`${path} was not parsed`);
      return longIn(parsed, text, maxLines).map(({ name, line, lines }) => {
        return `${path.slice(1)}:${line} ${name} has ${lines} lines: more than ${maxLines}, split it by the state it owns`;
      });
    });
  } finally {
    api.close();
  }
}

function longIn(file: Node, text: string, maxLines: number): { name: string; line: number; lines: number }[] {
  const found: ReturnType<typeof longIn> = [];
  const lineAt = (position: number) => text.slice(0, position).split('\n').length;
  const visit = (node: Node): void => {
    if (functions.has(node.kind)) {
      const line = lineAt(node.getStart());
      const lines = lineAt(node.end) - line + 1;
      if (lines > maxLines) found.push({ name: nameOf(node), line, lines });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

/** The function's own name, or that of the variable or property that it is assigned to. */
function nameOf(node: Node): string {
  const named = [node, node.parent] as { name?: { text?: string } }[];
  return named.map(({ name }) => name?.text).find(Boolean) ?? 'a function without a name';
}
