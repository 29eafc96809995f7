/** `2026-11-24T04:00:00Z`: ISO 8601 to the second, as AWS writes times. */
export function isoSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
