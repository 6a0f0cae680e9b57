/** Stores that forget on purpose: only of them a sudden rush to what lies behind says that they forgot too much. */
import type { ComponentSeries } from './component-series.ts';

export function isCache(component: string, kind: ComponentSeries['kind']): boolean {
  return kind === 'cache' || /cache|redis|memcache|valkey|elasticache|\bdax\b|cdn|cloudfront|varnish/i.test(component);
}
