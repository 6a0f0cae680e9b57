/**
 * What Fastify calls its routes.
 *
 * Fastify tells its pattern on a channel of its own, but whoever listens there costs a hello world of Fastify 8 % of its
 * processor time. So we listen while there is something to learn, name requests by what was learned, and listen again
 * when one comes that fits none of it. A program without Fastify never hears of us.
 */
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Agent } from '../../agent.ts';
import { maskPath, pathOf } from './route-name.ts';

export interface FastifyRoutes {
  /**
   * @param masked  a path with its values taken out
   * @returns the pattern that Fastify has for it; undefined when there is none, or more than one
   */
  find(method: string, masked: string): string | undefined;
}

export function learnFastifyRoutes(agent: Agent): FastifyRoutes {
  /** By method and masked path. */
  const learned = new Map<string, string>();
  /** By method; those with a parameter, for paths that were not met before. */
  const patterns = new Map<string, Set<string>>();
  const handlerStart = channel('tracing:fastify.request.handler:start');
  let listening = false;
  let spoken = false;
  let nothingNew = 0;

  const learn = (message: unknown) => {
    try {
      const { request, route } = message as { request: { raw: IncomingMessage }; route: { url?: string } };
      const { method = 'GET', url = '' } = request.raw;
      spoken = true;
      if (route.url === undefined) return;
      const known = learned.get(`${method} ${maskPath(pathOf(url))}`);
      if (known === route.url || known === AMBIGUOUS) {
        if (++nothingNew === ENOUGH) listen(false);
        return;
      }
      nothingNew = 0;
      if (learned.size >= PATHS_KEPT) learned.clear();
      learned.set(`${method} ${maskPath(pathOf(url))}`, known === undefined ? route.url : AMBIGUOUS);
      if (/[:*]/.test(route.url)) keep(method, route.url);
    } catch (error) {
      agent.quietly('fastify', () => {
        throw error;
      });
    }
  };

  function listen(wanted: boolean): void {
    if (wanted === listening) return;
    listening = wanted;
    nothingNew = 0;
    if (wanted) handlerStart.subscribe(learn);
    else handlerStart.unsubscribe(learn);
  }

  function keep(method: string, pattern: string): void {
    const ofMethod = patterns.get(method) ?? new Set();
    if (ofMethod.size < PATTERNS_KEPT) patterns.set(method, ofMethod.add(pattern));
  }

  listen(true);
  return {
    find(method, masked) {
      if (!spoken) return undefined;
      const known = learned.get(`${method} ${masked}`);
      if (known !== undefined) return known === AMBIGUOUS ? undefined : known;
      const fitting = [...(patterns.get(method) ?? [])].filter((pattern) => fits(pattern, masked));
      if (fitting.length === 1) return fitting[0];
      listen(true);
      return undefined;
    },
  };
}

/** No pattern of Fastify is empty. */
const AMBIGUOUS = '';
const ENOUGH = 200;
const PATHS_KEPT = 2_000;
const PATTERNS_KEPT = 500;

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((segment, at) => segment === given[at] || segment[0] === ':');
}
