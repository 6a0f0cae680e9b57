/** What one configuration is called in a summary: a function, its version and its memory size. */
export function configurationKey(functionName: string, version: string, memorySizeMb: number): string {
  return `${functionName}\u0000${version}\u0000${memorySizeMb}`;
}
