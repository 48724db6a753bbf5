/** Reads enough of PromQL to say which metrics an expression selects, with which labels, and by which labels it groups. */

interface Selector {
  readonly metric: string;
  /** Label → the text that it is compared with. */
  readonly labels: Readonly<Record<string, string>>;
}

const words = new Set([
  ...['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'and', 'or', 'unless', 'offset', 'bool', 'atan2'],
]);

export function selectorsIn(expr: string): { selectors: Selector[]; labels: string[] } {
  const labels = Array.from(expr.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g), ([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  ).flat();
  const rest = expr
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\boffset\s+\w+/g, ' ');
  const selectors: Selector[] = [];
  for (const [, metric = '', matchers = ''] of rest.matchAll(
    /(?<![\w".$])([a-z_][a-z0-9_]*)\b(?!\s*\()(?:\{([^}]*)\})?/g,
  )) {
    if (words.has(metric)) continue;
    selectors.push({
      metric,
      labels: Object.fromEntries(
        Array.from(matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g), ([, label = '', value = '']) => [
          label,
          value,
        ]),
      ),
    });
  }
  return { selectors, labels };
}
