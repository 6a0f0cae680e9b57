/** What a report says of each function, looked for once: with a thousand of them, looking for each costs a second. */
export function byFunction<Section extends { readonly functionName: string }>(
  sections: readonly Section[],
): (functionName: string) => readonly Section[] {
  const grouped = new Map<string, Section[]>();
  for (const section of sections) {
    const own = grouped.get(section.functionName);
    if (own === undefined) grouped.set(section.functionName, [section]);
    else own.push(section);
  }
  return (functionName) => grouped.get(functionName) ?? [];
}
