/** Things that share a key, in the order in which the first of each came. */
export function listsBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Item[][] {
  const groups = new Map<Key, Item[]>();
  for (const item of items) append(groups, keyOf(item), item);
  return [...groups.values()];
}

export function append<Key, Value>(to: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = to.get(key);
  if (list === undefined) to.set(key, [value]);
  else list.push(value);
}
