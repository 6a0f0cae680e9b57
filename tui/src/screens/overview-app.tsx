/** The overview alive: keys, the size of the terminal, and reading again. */
import { useApp, useInput, useStdout } from 'ink';
import { useEffect, useReducer, useRef, useState } from 'react';
import { chosenRow, startOverview, stepOverview } from '../model/overview-state.ts';
import type { OverviewView } from '../model/overview-view.ts';
import { Overview } from './overview.tsx';

export interface OverviewAppProps {
  readonly first: OverviewView;
  readonly color: boolean;
  readonly readAgain: () => Promise<OverviewView>;
}

export function OverviewApp({ first, color, readAgain }: OverviewAppProps) {
  const { exit } = useApp();
  const size = useTerminalSize();
  const [state, step] = useReducer(stepOverview, first, startOverview);
  const reading = useRef(false);

  useInput((input, key) => {
    if (input === 'q' || (key.ctrl && input === 'c')) exit();
    else if (input === '?') step({ kind: 'help' });
    else if (key.upArrow || input === 'k') step({ kind: 'move', by: -1 });
    else if (key.downArrow || input === 'j') step({ kind: 'move', by: 1 });
    else if (input === 'r' && !reading.current) {
      reading.current = true;
      step({ kind: 'reading' });
      readAgain().then(
        (view) => {
          reading.current = false;
          step({ kind: 'read', view });
        },
        (error: unknown) => exit(error as Error),
      );
    }
  });

  const { view, isReading, showsHelp } = state;
  return <Overview view={view} chosen={chosenRow(state)} {...size} color={color} isReading={isReading} showsHelp={showsHelp} />;
}

function useTerminalSize(): { readonly columns: number; readonly rows: number } {
  const { stdout } = useStdout();
  const [size, setSize] = useState({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  useEffect(() => {
    const update = () => setSize({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
    stdout.on('resize', update);
    return () => void stdout.off('resize', update);
  }, [stdout]);
  return size;
}
