/** Where the classes begin. Between them lie two decades on purpose: what is there is neither, and is told as that. */
import { DENSE_SHARE } from './dense-now.ts';

/** "Every tenth request" seen from below: the lower bound of a tenth after some fifty attempts. */
export const SYSTEMIC_SHARE = DENSE_SHARE;
/** "1 in 100,000" seen from above: the upper bound that 42,600 clean attempts show. */
export const RARE_SHARE = 1e-4;
/** Before so many attempts a dense failure may be a burst; half an hour, likewise, an outage. */
export const ATTEMPTS = 3_000;
export const LEAST_SPAN_MS = 30 * 60_000;
