/**
 * A name that a sender chose, short enough to be kept many times: a peer, a route, a type of error. A megabyte in its place must
 * not become a megabyte per request; user and password in front of a host are left out.
 */
export function shortName(name: string): string {
  const at = name.indexOf('@');
  const named = at > 0 && at < name.length - 1 && name.slice(0, at).includes(':') ? name.slice(at + 1) : name;
  return named.length > LONGEST ? `${named.slice(0, LONGEST)}…` : named;
}

/** Longer than a host name may be in one label, a route or a class in any program that we know. */
const LONGEST = 200;
