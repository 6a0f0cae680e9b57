/** FNV-1a, 32 bits: G. Fowler, L. C. Noll, K.-P. Vo. An order of texts that has nothing to do with what they say. */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
