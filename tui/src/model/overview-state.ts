/** What keys do to the overview. A pure step, because several keys may arrive before the next frame is drawn. */
import type { OverviewView } from './overview-view.ts';

export interface OverviewState {
  readonly view: OverviewView;
  /** By name: after reading again, the cursor stays on its function and not on its row. */
  readonly chosenName: string | undefined;
  readonly isReading: boolean;
  readonly showsHelp: boolean;
}

export type OverviewStep =
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'help' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly view: OverviewView };

export function startOverview(view: OverviewView): OverviewState {
  return { view, chosenName: view.rows[0]?.name, isReading: false, showsHelp: false };
}

export function stepOverview(state: OverviewState, step: OverviewStep): OverviewState {
  switch (step.kind) {
    case 'move': {
      const { rows } = state.view;
      return { ...state, chosenName: rows[Math.max(0, Math.min(rows.length - 1, chosenRow(state) + step.by))]?.name };
    }
    case 'help':
      return { ...state, showsHelp: !state.showsHelp };
    case 'reading':
      return { ...state, isReading: true };
    case 'read':
      return { ...state, view: step.view, isReading: false };
    default:
      return step satisfies never;
  }
}

/** The first row when the chosen function is not there any more. */
export function chosenRow({ view, chosenName }: OverviewState): number {
  return Math.max(
    0,
    view.rows.findIndex(({ name }) => name === chosenName),
  );
}
