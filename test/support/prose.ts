/** Extracts what people read: the comments and identifiers of TypeScript, and the prose of Markdown. */
import { SyntaxKind } from 'typescript/unstable/ast';
import { createScanner } from 'typescript/unstable/ast/scanner';

/** A comment or paragraph, joined to one line. Code in backticks is replaced. */
export interface Passage {
  readonly line: number;
  readonly text: string;
}

interface Token {
  readonly kind: SyntaxKind;
  readonly text: string;
  readonly start: number;
}

/** Returns the comments of a TypeScript file. Consecutive lines of `//` are one comment. */
export function commentsOf(source: string): Passage[] {
  const comments: Passage[] = [];
  let joinable = false;
  for (const { kind, text, start } of tokensOf(source)) {
    if (kind === SyntaxKind.MultiLineCommentTrivia) {
      comments.push({ line: lineAt(source, start), text: text.slice(2, -2).replace(/^\s*\*+/gm, '') });
      joinable = false;
    } else if (kind === SyntaxKind.SingleLineCommentTrivia) {
      const previous = joinable ? comments.pop() : undefined;
      comments.push({
        line: previous?.line ?? lineAt(source, start),
        text: `${previous?.text ?? ''} ${text.slice(2)}`,
      });
      joinable = true;
    } else if (kind !== SyntaxKind.WhitespaceTrivia && kind !== SyntaxKind.NewLineTrivia) joinable = false;
  }
  return comments.map(({ line, text }) => ({ line, text: tidy(text) }));
}

/** Returns the identifiers of a TypeScript file, each with its first line. */
export function identifiersOf(source: string): Passage[] {
  const found = new Map<string, number>();
  for (const { kind, text, start } of tokensOf(source)) {
    if (kind === SyntaxKind.Identifier && !found.has(text)) found.set(text, lineAt(source, start));
  }
  return [...found].map(([text, line]) => ({ line, text }));
}

/** Returns the paragraphs, list items, headings and table cells of a Markdown file, without code blocks. */
export function paragraphsOf(source: string): Passage[] {
  const prose = source.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));
  const passages: Passage[] = [];
  let start = 0;
  for (const block of prose.split(/\n(?=[ \t]*(?:\n|[-*|#>]|\d+\.\s))|\|/)) {
    const first = lineAt(prose, start + (block.length - block.trimStart().length));
    start = prose.indexOf(block, start) + block.length;
    const text = tidy(block.replace(/^\s*(?:[-*#>]+|\d+\.)\s/, ''));
    if (text !== '') passages.push({ line: first, text });
  }
  return passages;
}

/** Yields tokens. The scanner cannot distinguish divisions from regular expressions, or braces of templates, by itself. */
function* tokensOf(source: string): Generator<Token> {
  const scanner = createScanner(false, undefined, source);
  const braces: boolean[] = []; // for each open brace, whether it belongs to a template
  let previous = SyntaxKind.Unknown;
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    if (kind === SyntaxKind.SlashToken && !endsExpression(previous)) kind = scanner.reScanSlashToken();
    if (kind === SyntaxKind.CloseBraceToken && braces.pop()) kind = scanner.reScanTemplateToken(false);
    if (kind === SyntaxKind.OpenBraceToken) braces.push(false);
    if (kind === SyntaxKind.TemplateHead || kind === SyntaxKind.TemplateMiddle) braces.push(true);
    if (!isTrivia(kind)) previous = kind;
    yield { kind, text: scanner.getTokenText(), start: scanner.getTokenStart() };
  }
}

function isTrivia(kind: SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstTriviaToken && kind <= SyntaxKind.LastTriviaToken;
}

const closing = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateTail,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.ThisKeyword,
]);

function endsExpression(kind: SyntaxKind): boolean {
  return closing.has(kind);
}

function lineAt(source: string, position: number): number {
  return source.slice(0, position).split('\n').length;
}

function tidy(text: string): string {
  return text
    .replace(/`[^`]*`/g, '`…`')
    .replace(/\s+/g, ' ')
    .trim();
}
