/**
 * A field of a CSV file (RFC 4180). A spreadsheet interprets a field that begins with one of `= + - @`, a tab or a
 * carriage return as a formula, which may send the content of the sheet elsewhere. A leading apostrophe makes it text.
 * Source: OWASP, "CSV Injection".
 */
export function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
