/** Where the recorded incident lies: a folder `demo` beside the bundle, whose chunks all stand there. */
import { fileURLToPath } from 'node:url';

export const SHIPPED_DEMO = fileURLToPath(new URL('./demo', import.meta.url));
