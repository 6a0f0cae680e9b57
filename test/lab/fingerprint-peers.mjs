/**
 * How others group errors, reduced to the rule that they publish, on the same parsed errors.
 *
 * Sources: Sentry, "Issue Grouping" (docs.sentry.io) and getsentry/sentry src/sentry/grouping/strategies/newstyle.py;
 * Bugsnag, "Error grouping" (docs.bugsnag.com); Datadog, "Error Grouping" (docs.datadoghq.com).
 */
const FRAME = /^(?:async )?(?:(.*?) \()?((?:file:\/\/)?[^()]*?):(\d+):(\d+)\)?$/;

const framesOf = ({ stack }) =>
  stack.map((text) => {
    const match = FRAME.exec(text);
    return match === null ? { fn: text, file: '', line: 0 } : { fn: match[1] ?? '', file: match[2], line: Number(match[3]) };
  });
const inApp = ({ file }) => file !== '' && !file.includes('node_modules') && !file.startsWith('node:');
const baseOf = (file) => file.slice(file.lastIndexOf('/') + 1).toLowerCase();
const masked = (text) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b(?=\w*\d)[\w-]+\b/gi, '#').replace(/"[^"]*"|'[^']*'/g, '#');

export const PEERS = {
  'whole-stack hash': ([error]) => `${error.type}\n${error.stack.join('\n')}`,
  'type + masked message': ([error]) => `${error.type}\n${masked(error.message)}`,
  /** Exceptions of the chain, each by its in-app frames (file's base name and last part of the function, no lines) and type; message without a stack. */
  'Sentry-like (all in-app frames)': (errors) =>
    errors
      .map((error) => {
        const frames = framesOf(error)
          .filter(inApp)
          .map(({ fn, file }) => `${baseOf(file)}:${fn.slice(fn.lastIndexOf('.') + 1)}`);
        const collapsed = frames.filter((frame, at) => frame !== frames[at - 1]);
        return collapsed.length > 0 ? `${error.type}\n${collapsed.join('\n')}` : `${error.type}\n${masked(error.message)}`;
      })
      .join('\n\n'),
  /** Class, file and line of the first in-project frame of the innermost exception. */
  'Bugsnag-like (class, file, line)': (errors) => {
    const error = errors.at(-1);
    const top = framesOf(error).find(inApp);
    return top === undefined ? `${error.type}\n${masked(error.message)}` : `${error.type}\n${top.file}:${top.line}`;
  },
  /** Type, message without numbers, quoted and parenthesised text, file and function of the first meaningful frame. */
  'Datadog-like (type, message, top frame)': ([error]) => {
    const top = framesOf(error).find(inApp);
    return `${error.type}\n${masked(error.message).replace(/\([^)]*\)|[^\w# ]/g, '')}\n${top === undefined ? '' : `${baseOf(top.file)} ${top.fn}`}`;
  },
  'type + code + top own function': ([error]) => {
    const top = framesOf(error).find(inApp);
    return `${error.type}\n${error.code ?? ''}\n${top === undefined ? masked(error.message) : top.fn}`;
  },
};
