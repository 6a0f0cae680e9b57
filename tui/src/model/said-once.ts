/** A finding in one line: its headline and its sentence, which often begins with the same word. */

export function saidOnce({ headline, why }: { readonly headline: string; readonly why: string }): string {
  const begins = why.toLowerCase().startsWith(`${headline.toLowerCase()}:`);
  return begins ? `${headline}${why.slice(headline.length)}` : `${headline}: ${why}`;
}
