/** Needed once the runtime client has asked for its first event, or with that event; the preload carries its text. */
import { createInvocations } from '../host/lambda/invocations.ts';

Reflect.set(module, 'exports', { createInvocations });
