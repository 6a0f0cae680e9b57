/** Needed when the runtime client asks for the handler, and at once where there is no Lambda; the preload carries its text. */
import { openHost } from '../host/lambda/lambda-host.ts';

Reflect.set(module, 'exports', { openHost });
