/** Puts the overview on the terminal's second screen, and gives the first one back however it ends. */
import { render } from 'ink';
import { OverviewApp, type OverviewAppProps } from './overview-app.tsx';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export async function showOverview(props: OverviewAppProps, { stdin, stdout }: Terminal): Promise<void> {
  const giveBack = () => stdout.write(LEAVE_SECOND_SCREEN);
  stdout.write(ENTER_SECOND_SCREEN);
  process.once('exit', giveBack);
  try {
    await render(<OverviewApp {...props} />, { stdin, stdout, exitOnCtrlC: false, patchConsole: false }).waitUntilExit();
  } finally {
    process.off('exit', giveBack);
    giveBack();
  }
}

/** xterm control sequences, "DEC Private Mode Set", 1049: alternate screen, cursor kept; then the cursor goes home. */
const ENTER_SECOND_SCREEN = '\u001b[?1049h\u001b[H';
const LEAVE_SECOND_SCREEN = '\u001b[?1049l';
