/** The overview alive: keys, the size of the terminal, and reading again. */
import { useApp, useInput, useStdout } from 'ink';
import { useEffect, useState } from 'react';
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
  const [view, setView] = useState(first);
  const [chosenName, choose] = useState(first.rows[0]?.name);
  const [isReading, setReading] = useState(false);
  const [showsHelp, setShowsHelp] = useState(false);
  // By name: after reading again, the cursor stays on its function and not on its row.
  const chosen = Math.max(
    0,
    view.rows.findIndex(({ name }) => name === chosenName),
  );
  const move = (by: number) => choose(view.rows[Math.max(0, Math.min(view.rows.length - 1, chosen + by))]?.name);

  useInput((input, key) => {
    if (input === 'q' || (key.ctrl && input === 'c')) exit();
    else if (input === '?') setShowsHelp(!showsHelp);
    else if (key.upArrow || input === 'k') move(-1);
    else if (key.downArrow || input === 'j') move(1);
    else if (input === 'r' && !isReading) {
      setReading(true);
      readAgain().then(
        (next) => {
          setView(next);
          setReading(false);
        },
        (error: unknown) => exit(error as Error),
      );
    }
  });

  return <Overview view={view} chosen={chosen} {...size} color={color} isReading={isReading} showsHelp={showsHelp} />;
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
