/** Names that stand twice in one JSON object: which of the two counts, readers do not agree on (RFC 8259 §4). */

/** `text` is valid JSON. */
export function repeatedNames(text: string): string[] {
  const repeated: string[] = [];
  const open: (Set<string> | undefined)[] = [];
  for (const [token, quoted] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (quoted !== undefined) {
      const name = JSON.parse(quoted) as string;
      const names = open.at(-1);
      if (names?.has(name)) repeated.push(name);
      names?.add(name);
    }
  }
  return repeated;
}
