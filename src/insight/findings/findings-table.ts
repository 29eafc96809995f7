import type { SecurityFinding } from './findings.schema.js';

/** As a Markdown table, for people. */
export function findingsTable(findings: readonly SecurityFinding[]): string {
  const rows = findings.map(({ severity, title, resource, evidence, fix }) => [
    severity,
    title,
    `\`${resource}\``,
    evidence,
    fix.map(({ operation }) => `\`${operation}\``).join(', '),
  ]);
  const table = [['severity', 'finding', 'where', 'evidence', 'fix'], Array.from({ length: 5 }, () => '---'), ...rows];
  return `${table.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n')}\n`;
}

function escapeCell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replaceAll('|', '\\|');
}
